/** What passes between /dev/uhid and the program behind it, as layouts (linux/uhid.h); little-endian, as nearly every machine is. */

import { bytes, cString, Layout, u8, u16, u32 } from '../usb/layout.ts'

/** The whole of a `struct uhid_event`, which the kernel gives with each read; what is written may be shorter. */
export const uhidEventLength = 4380

const maxDataLength = 4096
/** So that programs take it for what it stands for: hidapi overlooks devices on a virtual bus. */
const usbBus = 3

const types = {
  destroy: 1,
  start: 2,
  stop: 3,
  open: 4,
  close: 5,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create: 11,
  input: 12,
  setReport: 13,
  setReportReply: 14,
} as const

/** Other numbers than those of USB. */
export const uhidReportTypes = { feature: 0, output: 1, input: 2 } as const

const head = { type: u32 }
const data = bytes(maxDataLength)
const anyEvent = new Layout('little-endian', head)
const createEvent = new Layout('little-endian', {
  ...head,
  name: cString(128),
  phys: cString(64),
  uniq: cString(64),
  rdSize: u16,
  bus: u16,
  vendor: u32,
  product: u32,
  version: u32,
  country: u32,
  rdData: data,
})
const inputEvent = new Layout('little-endian', { ...head, size: u16 })
const outputEvent = new Layout('little-endian', { ...head, data, size: u16, rtype: u8 })
const getReportEvent = new Layout('little-endian', { ...head, id: u32, rnum: u8, rtype: u8 })
const getReportReply = new Layout('little-endian', { ...head, id: u32, err: u16, size: u16 })
const setReportEvent = new Layout('little-endian', { ...head, id: u32, rnum: u8, rtype: u8, size: u16, data })
const setReportReply = new Layout('little-endian', { ...head, id: u32, err: u16 })

export interface UhidDevice {
  readonly name: string
  /** The serial number: what a host knows it by. */
  readonly uniq: string
  readonly vendor: number
  readonly product: number
  readonly version: number
  readonly reportDescriptor: Uint8Array
}

export function encodeCreate({ reportDescriptor, ...device }: UhidDevice): Uint8Array {
  return createEvent.encode({
    type: types.create,
    ...device,
    phys: 'softfob',
    rdSize: reportDescriptor.length,
    bus: usbBus,
    country: 0,
    rdData: reportDescriptor,
  })
}

export function encodeDestroy(): Uint8Array {
  return anyEvent.encode({ type: types.destroy })
}

/** An input report, which has no ID and so no byte before it. */
export function encodeInput(report: Uint8Array): Uint8Array {
  return Buffer.concat([inputEvent.encode({ type: types.input, size: report.length }), report])
}

/** @param id that of the request. @param report as hidraw hands it on: a zero for the ID that there is not, and the report */
export function encodeGetReportReply(id: number, report: Uint8Array): Uint8Array {
  return Buffer.concat([getReportReply.encode({ type: types.getReportReply, id, err: 0, size: report.length }), report])
}

/** @param id that of the request. @param err the kernel's number of an error, which the caller gets as EIO */
export function encodeGetReportFailure(id: number, err: number): Uint8Array {
  return getReportReply.encode({ type: types.getReportReply, id, err, size: 0 })
}

/** @param err 0 when the report was taken */
export function encodeSetReportReply(id: number, err: number): Uint8Array {
  return setReportReply.encode({ type: types.setReportReply, id, err })
}

export type UhidEvent =
  /** The first host has opened the device. */
  | { readonly kind: 'open' }
  /** The last host has closed it. */
  | { readonly kind: 'close' }
  | { readonly kind: 'output'; readonly data: Uint8Array }
  | { readonly kind: 'getReport'; readonly id: number; readonly rtype: number }
  | { readonly kind: 'setReport'; readonly id: number; readonly rtype: number; readonly data: Uint8Array }

/** @returns undefined for events that a fob has no use for, and for what is no event */
export function decodeUhidEvent(event: Uint8Array): UhidEvent | undefined {
  if (event.length < setReportEvent.length) return undefined
  switch (anyEvent.decode(event).type) {
    case types.open:
      return { kind: 'open' }
    case types.close:
      return { kind: 'close' }
    case types.output: {
      const output = outputEvent.decode(event)
      return { kind: 'output', data: output.data.subarray(0, output.size) }
    }
    case types.getReport:
      return { kind: 'getReport', ...pick(getReportEvent.decode(event)) }
    case types.setReport: {
      const request = setReportEvent.decode(event)
      return { kind: 'setReport', ...pick(request), data: request.data.subarray(0, request.size) }
    }
    default:
      return undefined
  }
}

function pick({ id, rtype }: { readonly id: number; readonly rtype: number }) {
  return { id, rtype }
}
