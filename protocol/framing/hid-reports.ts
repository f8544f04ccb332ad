/**
 * Messages in HID reports of 64 bytes without a report ID, in the manner of CTAPHID (CTAP 2.1 §11.2.4), big-endian.
 * First report: `channel u32 | command u8 | length u16 | 57 bytes`. Each one more: `channel u32 | sequence u8 | 59 bytes`.
 */

export const reportLength = 64

/** Where a host without a channel asks for one, and is answered. */
export const broadcastChannel = 0xffff_ffff

/** A command has the top bit, by which a first report is told from a sequence number. */
export const hidCommands = {
  message: 0x83,
  /** Asks for a channel: the host's nonce, 8 bytes. Answered with the nonce and the channel u32. */
  init: 0x86,
} as const

export const nonceLength = 8

const commandOffset = 4
const firstDataOffset = 7
const nextDataOffset = 5

export type HidReport =
  | {
      readonly kind: 'first'
      readonly channel: number
      readonly command: number
      /** Of the whole message. */
      readonly length: number
      readonly data: Uint8Array
    }
  | { readonly kind: 'next'; readonly channel: number; readonly sequence: number; readonly data: Uint8Array }

/** A message of up to 7609 bytes as reports; what is left of the last one is zero. */
export function encodeReports(channel: number, command: number, message: Uint8Array): Uint8Array[] {
  const first = blankReport(channel, command)
  new DataView(first.buffer).setUint16(commandOffset + 1, message.length)
  let at = fill(first, firstDataOffset, message)
  const reports = [first]
  while (at < message.length) {
    const next = blankReport(channel, reports.length - 1)
    at += fill(next, nextDataOffset, message.subarray(at))
    reports.push(next)
  }
  return reports
}

/** @returns undefined when it is not 64 bytes long. `data` may be longer than what is left of its message. */
export function decodeReport(bytes: Uint8Array): HidReport | undefined {
  if (bytes.length !== reportLength) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const channel = view.getUint32(0)
  const command = view.getUint8(commandOffset)
  if (command < 0x80) return { kind: 'next', channel, sequence: command, data: bytes.subarray(nextDataOffset) }
  const length = view.getUint16(commandOffset + 1)
  return { kind: 'first', channel, command, length, data: bytes.subarray(firstDataOffset) }
}

/** The request for a channel. */
export function encodeInit(nonce: Uint8Array): Uint8Array[] {
  return encodeReports(broadcastChannel, hidCommands.init, nonce)
}

/** The answer to it. */
export function encodeInitAnswer(nonce: Uint8Array, channel: number): Uint8Array[] {
  const answer = new Uint8Array(nonceLength + 4)
  answer.set(nonce)
  new DataView(answer.buffer).setUint32(nonceLength, channel)
  return encodeReports(broadcastChannel, hidCommands.init, answer)
}

/** @returns the host's nonce; undefined when the report is no request for a channel */
export function readInit(report: HidReport): Uint8Array | undefined {
  return isInit(report, nonceLength) ? report.data.slice(0, nonceLength) : undefined
}

/** @returns the channel; undefined when the report is not the answer to this nonce */
export function readInitAnswer(report: HidReport, nonce: Uint8Array): number | undefined {
  if (!isInit(report, nonceLength + 4) || Buffer.compare(report.data.subarray(0, nonceLength), nonce) !== 0) {
    return undefined
  }
  return new DataView(report.data.buffer, report.data.byteOffset).getUint32(nonceLength)
}

function isInit(report: HidReport, length: number): boolean {
  if (report.kind !== 'first' || report.channel !== broadcastChannel) return false
  return report.command === hidCommands.init && report.length === length
}

function blankReport(channel: number, command: number): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(reportLength)
  new DataView(report.buffer).setUint32(0, channel)
  report[commandOffset] = command
  return report
}

/** @returns how many bytes have found room */
function fill(report: Uint8Array, offset: number, bytes: Uint8Array): number {
  const piece = bytes.subarray(0, reportLength - offset)
  report.set(piece, offset)
  return piece.length
}
