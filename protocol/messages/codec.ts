/**
 * A message and its bytes: `type u8 | txid u16 | opcode u8 | CBOR map`, big-endian,
 * the map in deterministic form with small-integer keys (RFC 8949 §4.2.1).
 */

import { decode as decodeCbor, encode as encodeCbor, rfc8949EncodeOptions } from 'cborg'
import type { Body, ValuesOf } from './fields.ts'
import {
  type CommandName,
  type commands,
  type EventName,
  type EventOf,
  entryByName,
  entryByOpcode,
  type FailureReason,
  type failureBody,
  type MessageType,
  maxMessageLength,
  messageTypes,
  type RequestOf,
  type ResponseOf,
} from './table.ts'
import { WireError } from './wire-error.ts'

interface Header<T extends MessageType, N> {
  readonly type: T
  /** Chosen by the host for each request; answers carry it back. Events carry 0. */
  readonly txid: number
  readonly name: N
}

export type Request<C extends CommandName = CommandName> = C extends C
  ? Header<'request', C> & { body: RequestOf<C> }
  : never
export type Response<C extends CommandName = CommandName> = C extends C
  ? Header<'response', C> & { body: ResponseOf<C> }
  : never
export type Failure = Header<'failure', CommandName> & { body: ValuesOf<typeof failureBody> }
export type Progress = Header<'progress', 'getCode'> & { body: ValuesOf<(typeof commands)['getCode']['progress']> }
export type Event<E extends EventName = EventName> = E extends E ? Header<'event', E> & { body: EventOf<E> } : never
export type Cancel = Header<'cancel', CommandName> & { body: Record<string, never> }
/** What a fob sends to a host. */
export type FromFob = Response | Failure | Progress | Event
/** What a host sends to a fob. */
export type FromHost = Request | Cancel
export type Message = FromFob | FromHost

const headerLength = 4
const opcodeOffset = 3
const decodeOptions = {
  useMaps: true,
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const

/** @throws WireError for a body that the table does not allow or a message over 1024 bytes. */
export function encodeMessage(message: Message): Uint8Array {
  const { type, txid, name } = message
  const entry = entryByName(name)
  const body = entry?.bodies[type]
  if (entry === undefined || body === undefined) throw new WireError('unknown-type', 0, name, `has no ${type}`)
  const map = new Map<number, unknown>()
  const values: Readonly<Record<string, unknown>> = message.body
  for (const [fieldName, [key, field]] of Object.entries(body)) {
    const value = values[fieldName]
    if (value === undefined && field.optional) continue
    if (!field.accepts(value))
      throw new WireError('wrong-value', headerLength, `${name}.${type}.${fieldName}`, `expects ${field.expects}`)
    map.set(key, value)
  }
  const cbor = encodeCbor(map, rfc8949EncodeOptions)
  const bytes = new Uint8Array(headerLength + cbor.length)
  bytes.set([messageTypes.indexOf(type), txid >> 8, txid & 0xff, entry.opcode])
  bytes.set(cbor, headerLength)
  if (bytes.length > maxMessageLength)
    throw new WireError('too-long', maxMessageLength, name, `is ${bytes.length} bytes`)
  return bytes
}

/** A failure as answer to a request that could not be read, known by its header alone. */
export function encodeFailure(
  header: { readonly txid: number; readonly opcode: number },
  reason: FailureReason,
  detail: string,
): Uint8Array {
  const known = encodeMessage({
    type: 'failure',
    txid: header.txid,
    name: 'hello',
    body: { reason, detail: detail.slice(0, 200) },
  })
  known[opcodeOffset] = header.opcode
  return known
}

/** The first four bytes, enough to answer a message whose rest is malformed. Undefined for fewer bytes. */
export function peekHeader(
  bytes: Uint8Array,
): { readonly type: number; readonly txid: number; readonly opcode: number } | undefined {
  const [type, high, low, opcode] = bytes
  return type === undefined || high === undefined || low === undefined || opcode === undefined
    ? undefined
    : { type, txid: (high << 8) | low, opcode }
}

/** @throws WireError and nothing else, whatever the bytes are. */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length > maxMessageLength) throw new WireError('too-long', maxMessageLength, '', `is ${bytes.length} bytes`)
  const header = peekHeader(bytes)
  if (header === undefined) throw new WireError('too-short', bytes.length, '', 'ends inside its header')
  const type = messageTypes[header.type]
  if (type === undefined) throw new WireError('unknown-type', 0, '', `has type ${header.type}`)
  const entry = entryByOpcode(header.opcode)
  const body = entry?.bodies[type]
  if (entry === undefined || body === undefined)
    throw new WireError('unknown-opcode', 3, '', `has no ${type} with opcode ${header.opcode}`)
  const { name } = entry
  const values = readBody(body, decodeMap(bytes.subarray(headerLength)), `${name}.${type}`)
  const message: unknown = { type, txid: header.txid, name, body: values }
  // The table has just checked the body against this very type and name.
  return message as Message
}

function decodeMap(cbor: Uint8Array): Map<unknown, unknown> {
  const { map, canonical } = readCbor(cbor)
  if (!(map instanceof Map)) throw new WireError('not-a-map', headerLength, '', 'has a body that is no map')
  // The decoder does not look at the order of keys or the width of floats; the encoder has one form for each.
  if (Buffer.compare(canonical, cbor) !== 0) {
    throw new WireError('not-canonical', headerLength, '', 'is CBOR, but not in its deterministic form')
  }
  return map
}

function readCbor(cbor: Uint8Array): { readonly map: unknown; readonly canonical: Uint8Array } {
  try {
    const map: unknown = decodeCbor(cbor, decodeOptions)
    // The encoder throws as well, at keys that are maps or arrays.
    return { map, canonical: encodeCbor(map, rfc8949EncodeOptions) }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new WireError('not-canonical', headerLength, '', `is not deterministic CBOR: ${why}`)
  }
}

function readBody(body: Body, map: Map<unknown, unknown>, path: string): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, [key, field]] of Object.entries(body)) {
    if (!map.has(key)) {
      if (field.optional) continue
      throw new WireError('missing-field', headerLength, `${path}.${name}`, `expects ${field.expects}`)
    }
    const value = map.get(key)
    if (!field.accepts(value))
      throw new WireError('wrong-value', headerLength, `${path}.${name}`, `expects ${field.expects}`)
    values[name] = value
    map.delete(key)
  }
  const [stray] = map.keys()
  if (stray !== undefined) throw new WireError('unknown-field', headerLength, path, `has a field ${String(stray)}`)
  return values
}
