/** How the fob describes itself to a USB host (USB 2.0 §9.6, HID 1.11 §6.2.1): one configuration, one HID interface. */

import { manufacturer, type UsbIds } from '../../protocol/framing/hid-identity.ts'
import { reportLength } from '../../protocol/framing/hid-reports.ts'
import { bytes, type Field, Layout, u8, u16, type ValuesOf } from './layout.ts'
import { reportDescriptor } from './report-descriptor.ts'

/** What tells one fob from another on the bus. */
export interface NamePlate {
  readonly serialNumber: string
  /** The name of the model. */
  readonly product: string
}

export const descriptorTypes = {
  device: 0x01,
  configuration: 0x02,
  string: 0x03,
  interface: 0x04,
  endpoint: 0x05,
  hid: 0x21,
  report: 0x22,
} as const

/** Addresses: the top bit is the direction, in. */
export const endpoints = { in: 0x81, out: 0x01 } as const

/** Class, subclass and protocol: HID, no boot device. */
export const hidInterface = { bInterfaceClass: 0x03, bInterfaceSubClass: 0, bInterfaceProtocol: 0 } as const
export const deviceRelease = 0x0100
export const configurationValue = 1

const englishUs = 0x0409
const interruptTransfer = 0x03

/** The two bytes at the head of every descriptor, and its fields. */
function descriptor<F extends Readonly<Record<string, Field<unknown>>>>(
  bDescriptorType: number,
  fields: F,
): (values: ValuesOf<F>) => Uint8Array {
  const head = new Layout('little-endian', { bLength: u8, bDescriptorType: u8 })
  const body = new Layout('little-endian', fields)
  return values =>
    Buffer.concat([head.encode({ bLength: head.length + body.length, bDescriptorType }), body.encode(values)])
}

const encodeDevice = descriptor(descriptorTypes.device, {
  bcdUSB: u16,
  bDeviceClass: u8,
  bDeviceSubClass: u8,
  bDeviceProtocol: u8,
  bMaxPacketSize0: u8,
  idVendor: u16,
  idProduct: u16,
  bcdDevice: u16,
  iManufacturer: u8,
  iProduct: u8,
  iSerialNumber: u8,
  bNumConfigurations: u8,
})

const encodeConfiguration = descriptor(descriptorTypes.configuration, {
  wTotalLength: u16,
  bNumInterfaces: u8,
  bConfigurationValue: u8,
  iConfiguration: u8,
  bmAttributes: u8,
  bMaxPower: u8,
})

const encodeInterface = descriptor(descriptorTypes.interface, {
  bInterfaceNumber: u8,
  bAlternateSetting: u8,
  bNumEndpoints: u8,
  bInterfaceClass: u8,
  bInterfaceSubClass: u8,
  bInterfaceProtocol: u8,
  iInterface: u8,
})

const encodeHid = descriptor(descriptorTypes.hid, {
  bcdHID: u16,
  bCountryCode: u8,
  bNumDescriptors: u8,
  bReportDescriptorType: u8,
  wDescriptorLength: u16,
})

const encodeEndpoint = descriptor(descriptorTypes.endpoint, {
  bEndpointAddress: u8,
  bmAttributes: u8,
  wMaxPacketSize: u16,
  bInterval: u8,
})

/** All descriptors of one fob, as bytes. */
export interface Descriptors {
  readonly device: Uint8Array
  readonly configuration: Uint8Array
  readonly hid: Uint8Array
  readonly report: Uint8Array
  /** By index; the first is the list of languages. */
  readonly strings: readonly Uint8Array[]
}

export function describe(plate: NamePlate, ids: UsbIds): Descriptors {
  const hid = encodeHid({
    bcdHID: 0x0111,
    bCountryCode: 0,
    bNumDescriptors: 1,
    bReportDescriptorType: descriptorTypes.report,
    wDescriptorLength: reportDescriptor.length,
  })
  return {
    device: describeDevice(ids),
    configuration: describeConfiguration(hid),
    hid,
    report: reportDescriptor,
    strings: [
      Uint8Array.of(englishUs & 0xff, englishUs >> 8),
      ...[manufacturer, plate.product, plate.serialNumber].map(utf16),
    ].map(text => descriptor(descriptorTypes.string, { text: bytes(text.length) })({ text })),
  }
}

function describeDevice({ vendorId, productId }: UsbIds): Uint8Array {
  return encodeDevice({
    bcdUSB: 0x0200,
    // The interface tells.
    bDeviceClass: 0,
    bDeviceSubClass: 0,
    bDeviceProtocol: 0,
    bMaxPacketSize0: 64,
    idVendor: vendorId,
    idProduct: productId,
    bcdDevice: deviceRelease,
    iManufacturer: 1,
    iProduct: 2,
    iSerialNumber: 3,
    bNumConfigurations: 1,
  })
}

function describeConfiguration(hid: Uint8Array): Uint8Array {
  const endpointDescriptors = [endpoints.in, endpoints.out].map(bEndpointAddress =>
    encodeEndpoint({
      bEndpointAddress,
      bmAttributes: interruptTransfer,
      wMaxPacketSize: reportLength,
      // Milliseconds, at full speed.
      bInterval: 1,
    }),
  )
  const parts = Buffer.concat([
    encodeInterface({
      bInterfaceNumber: 0,
      bAlternateSetting: 0,
      bNumEndpoints: endpointDescriptors.length,
      ...hidInterface,
      iInterface: 0,
    }),
    hid,
    ...endpointDescriptors,
  ])
  const head = {
    bNumInterfaces: 1,
    bConfigurationValue: configurationValue,
    iConfiguration: 0,
    // Powered by the bus, 100 mA at most, in units of 2 mA.
    bmAttributes: 0x80,
    bMaxPower: 50,
  }
  const ownLength = encodeConfiguration({ wTotalLength: 0, ...head }).length
  return Buffer.concat([encodeConfiguration({ wTotalLength: ownLength + parts.length, ...head }), parts])
}

/** What has room in a descriptor: 126 UTF-16 units. */
function utf16(text: string): Uint8Array {
  return Buffer.from(text.slice(0, 126), 'utf16le')
}
