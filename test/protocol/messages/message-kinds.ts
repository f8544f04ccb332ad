/** Every kind of message that the table has, and random messages of each, drawn by what its fields say they expect. */

import fc from 'fast-check'
import type { Message } from '../../../protocol/messages/codec.ts'
import type { Body, Field } from '../../../protocol/messages/fields.ts'
import { entries, type MessageType, messageTypes } from '../../../protocol/messages/table.ts'

export interface MessageKind {
  readonly type: MessageType
  readonly name: string
  readonly opcode: number
  readonly body: Body
}

export const messageKinds: readonly MessageKind[] = entries.flatMap(({ name, opcode, bodies }) =>
  messageTypes.flatMap(type => {
    const body = bodies[type]
    return body === undefined ? [] : [{ type, name, opcode, body }]
  }),
)

/** The smallest, the largest and the random values of a field. */
export interface FieldValues {
  readonly least: unknown
  readonly most: unknown
  readonly any: fc.Arbitrary<unknown>
}

export function valuesOf({ expects }: Field<unknown>): FieldValues {
  const max = Number(/ (?:up to|at most) (\d+)/.exec(expects)?.[1])
  if (expects.startsWith('an unsigned integer'))
    return { least: 0, most: max, any: fc.maxSafeNat().map(n => n % (max + 1)) }
  if (expects.startsWith('text')) {
    // A character outside the basic plane counts as two.
    const any = fc.string({ unit: 'binary', maxLength: Math.floor(max / 2) })
    return { least: '', most: '€'.repeat(max), any }
  }
  if (expects.startsWith('one of ')) {
    const words = expects.slice('one of '.length).split(', ')
    return { least: words[0], most: words.at(-1), any: fc.constantFrom(...words) }
  }
  if (expects === 'true or false') return { least: false, most: true, any: fc.boolean() }
  throw new Error(`a field that expects ${expects} has no values here yet`)
}

export function messageOf(kind: MessageKind, txid: number, body: Readonly<Record<string, unknown>>): Message {
  // The body is drawn from the table's own fields for this type and name.
  return { type: kind.type, txid, name: kind.name, body } as Message
}

const anyTxid = fc.integer({ min: 0, max: 0xffff })

export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  ...messageKinds.map(kind => {
    const fields = Object.entries(kind.body)
    const requiredKeys = fields.filter(([, [, field]]) => !field.optional).map(([name]) => name)
    const values = Object.fromEntries(fields.map(([name, [, field]]) => [name, valuesOf(field).any]))
    const body = fc.record(values, { requiredKeys, noNullPrototype: true })
    return fc.tuple(anyTxid, body).map(([txid, drawn]) => messageOf(kind, txid, drawn))
  }),
)
