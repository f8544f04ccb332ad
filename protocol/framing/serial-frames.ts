/** Frames on a serial line: `00 COBS(message | CRC-16, little-endian) 00`. Broken frames are dropped and counted. */

import { maxMessageLength } from '../messages/table.ts'
import { decodeCobs, encodeCobs } from './cobs.ts'
import { crc16 } from './crc16.ts'

const crcLength = 2
/** A longer run of bytes without a zero is no frame of ours. */
const maxStuffedLength = maxMessageLength + crcLength + Math.ceil((maxMessageLength + crcLength) / 254)

export function encodeFrame(message: Uint8Array): Uint8Array {
  const checked = new Uint8Array(message.length + crcLength)
  checked.set(message)
  new DataView(checked.buffer).setUint16(message.length, crc16(message), true)
  const stuffed = encodeCobs(checked)
  const frame = new Uint8Array(stuffed.length + 2)
  frame.set(stuffed, 1)
  return frame
}

/** Finds the frames in a stream of bytes however it is split, and the next good one after any garbage. */
export class FrameReader {
  readonly #buffer = new Uint8Array(maxStuffedLength)
  #length = 0
  #overlong = false
  #dropped = 0

  /** Frames that were thrown away: too long, not COBS, or with a wrong check. */
  get dropped(): number {
    return this.#dropped
  }

  /** @returns the messages that are complete now, in order. */
  push(bytes: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = []
    for (const byte of bytes) {
      if (byte !== 0) {
        if (this.#length === maxStuffedLength) this.#overlong = true
        else this.#buffer[this.#length++] = byte
        continue
      }
      const message = this.#take()
      if (message !== undefined) messages.push(message)
    }
    return messages
  }

  #take(): Uint8Array | undefined {
    const stuffed = this.#buffer.subarray(0, this.#length)
    const overlong = this.#overlong
    this.#length = 0
    this.#overlong = false
    if (stuffed.length === 0) return undefined
    const checked = overlong ? undefined : decodeCobs(stuffed)
    const message = checked?.slice(0, -crcLength)
    if (checked === undefined || message === undefined || !hasRightCheck(checked, message)) {
      this.#dropped++
      return undefined
    }
    return message
  }
}

function hasRightCheck(checked: Uint8Array, message: Uint8Array): boolean {
  if (checked.length <= crcLength) return false
  return new DataView(checked.buffer, checked.byteOffset).getUint16(message.length, true) === crc16(message)
}
