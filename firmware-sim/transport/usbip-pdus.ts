/** The messages of USB/IP 1.1.1 as layouts (Linux, Documentation/usb/usbip_protocol.rst); big-endian but for what is USB's own. */

import { bytes, cString, type Decoded, i32, Layout, u8, u16, u32 } from '../usb/layout.ts'

export const usbipVersion = 0x0111
export const usbipPort = 3240

/** Operations, before a device is imported; an answer has the code without the top bit. */
export const operations = { deviceList: 0x8005, import: 0x8003 } as const
export const operationStatus = { ok: 0, busy: 2, noDevice: 4, error: 5 } as const

/** Commands to an imported device, and what they are answered with. */
export const urbCommands = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const
export const fullSpeed = 2

/** Of a transfer, as Linux numbers its errors. */
export const transferStatus = {
  done: 0,
  /** EPIPE: the endpoint stalls. */
  stalled: -32,
  /** ECONNRESET: unlinked before it was done. */
  unlinked: -104,
} as const

const busid = cString(32)

export const operationHeader = new Layout('big-endian', { version: u16, code: u16, status: u32 })
export const busidField = new Layout('big-endian', { busid })

export const deviceBlock = new Layout('big-endian', {
  path: cString(256),
  busid,
  busnum: u32,
  devnum: u32,
  speed: u32,
  idVendor: u16,
  idProduct: u16,
  bcdDevice: u16,
  bDeviceClass: u8,
  bDeviceSubClass: u8,
  bDeviceProtocol: u8,
  bConfigurationValue: u8,
  bNumConfigurations: u8,
  bNumInterfaces: u8,
})

export const interfaceBlock = new Layout('big-endian', {
  bInterfaceClass: u8,
  bInterfaceSubClass: u8,
  bInterfaceProtocol: u8,
  padding: u8,
})

const basicHeader = { command: u32, seqnum: u32, devid: u32, direction: u32, ep: u32 }
export const directions = { out: 0, in: 1 } as const

export const submitCommand = new Layout('big-endian', {
  ...basicHeader,
  transferFlags: u32,
  transferBufferLength: u32,
  startFrame: u32,
  // 0 or 0xffffffff, and whatever an old kernel left there: no endpoint of ours is isochronous.
  numberOfPackets: u32,
  interval: u32,
  setup: bytes(8),
})
export type SubmitCommand = Decoded<typeof submitCommand>

export const unlinkCommand = new Layout('big-endian', { ...basicHeader, unlinkSeqnum: u32, padding: bytes(24) })

const submitReply = new Layout('big-endian', {
  ...basicHeader,
  status: i32,
  actualLength: u32,
  startFrame: u32,
  numberOfPackets: u32,
  errorCount: u32,
  padding: bytes(8),
})

const unlinkReply = new Layout('big-endian', { ...basicHeader, status: i32, padding: bytes(24) })

/** Every command and reply has this length, before its data. */
export const urbHeaderLength: number = submitCommand.length

const noBytes = new Uint8Array(0)
/** A reply is known by its number alone. */
const nowhere = { devid: 0, direction: 0, ep: 0 }

/** @param actualLength out: the bytes that were taken; in: left out, it is that of `data` */
export function encodeSubmitted(
  seqnum: number,
  status: number,
  { data = noBytes, actualLength = data.length }: { readonly data?: Uint8Array; readonly actualLength?: number } = {},
): Uint8Array {
  const head = submitReply.encode({
    command: urbCommands.submitted,
    seqnum,
    ...nowhere,
    status,
    actualLength,
    startFrame: 0,
    numberOfPackets: 0,
    errorCount: 0,
    padding: noBytes,
  })
  return Buffer.concat([head, data])
}

export function encodeUnlinked(seqnum: number, status: number): Uint8Array {
  return unlinkReply.encode({ command: urbCommands.unlinked, seqnum, ...nowhere, status, padding: noBytes })
}

export function encodeOperationReply(code: number, status: number, body: readonly Uint8Array[] = []): Uint8Array {
  return Buffer.concat([operationHeader.encode({ version: usbipVersion, code: code & 0x7fff, status }), ...body])
}
