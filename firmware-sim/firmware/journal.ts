/**
 * What must survive a power loss, in flash: records appended to one of two pages, each with a sequence number and a CRC.
 * A write torn at any byte leaves the record before it, or the new one.
 */

import { crc16 } from '../../protocol/framing/crc16.ts'
import type { Flash } from '../parts/flash.ts'

export interface JournalRecord {
  /** HOTP: the counter of the next code. */
  readonly counter: number
}

/**
 * magic u8 | sequence u32 | counter u64 | CRC-16 | magic u8, all big-endian.
 * Bytes are written and erased from the left: half written, a record lacks its last byte; half erased, its first.
 */
const recordLength = 16
const crcOffset = 13
const magic = 0xa5

interface Found {
  readonly record: JournalRecord
  readonly sequence: number
  readonly offset: number
}

/** The newest whole record, or undefined for a flash that never held one. */
export function readJournal(flash: Flash): JournalRecord | undefined {
  return newest(flash)?.record
}

/** @throws what the flash throws: PowerFailure, or the failure of the file behind it. */
export function appendToJournal(flash: Flash, record: JournalRecord): void {
  const last = newest(flash)
  const bytes = encode(record, (last?.sequence ?? 0) + 1)
  const page = last === undefined ? 0 : last.offset - (last.offset % flash.pageSize)
  const free = freeSlot(flash, page, last === undefined ? page : last.offset + recordLength)
  // When this page is full, the other one holds nothing newer: it may be lost.
  const offset = free ?? (page === 0 ? flash.pageSize : 0)
  if (free === undefined) flash.erase(offset)
  flash.program(offset, bytes)
}

function newest(flash: Flash): Found | undefined {
  let found: Found | undefined
  for (let page = 0; page < flash.size; page += flash.pageSize) {
    for (const offset of slots(flash, page)) {
      const candidate = decode(flash.read(offset, recordLength), offset)
      if (candidate !== undefined && candidate.sequence > (found?.sequence ?? 0)) found = candidate
    }
  }
  return found
}

/** The first slot that holds nothing, not even the beginning of a torn record. */
function freeSlot(flash: Flash, page: number, from: number): number | undefined {
  return slots(flash, page).find(
    offset => offset >= from && flash.read(offset, recordLength).every(byte => byte === 0xff),
  )
}

function slots(flash: Flash, page: number): number[] {
  return Array.from({ length: Math.floor(flash.pageSize / recordLength) }, (_, index) => page + index * recordLength)
}

function encode(record: JournalRecord, sequence: number): Uint8Array {
  const bytes = Buffer.alloc(recordLength)
  bytes.writeUInt8(magic, 0)
  bytes.writeUInt32BE(sequence, 1)
  bytes.writeBigUInt64BE(BigInt(record.counter), 5)
  bytes.writeUInt16BE(crc16(bytes.subarray(0, crcOffset)), crcOffset)
  bytes.writeUInt8(magic, recordLength - 1)
  return bytes
}

function decode(bytes: Uint8Array, offset: number): Found | undefined {
  const view = Buffer.from(bytes)
  if (view.readUInt8(0) !== magic || view.readUInt8(recordLength - 1) !== magic) return undefined
  if (crc16(view.subarray(0, crcOffset)) !== view.readUInt16BE(crcOffset)) return undefined
  return { record: { counter: Number(view.readBigUInt64BE(5)) }, sequence: view.readUInt32BE(1), offset }
}
