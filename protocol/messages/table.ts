/** Every message that crosses the wire, declared once. README.md beside this folder tells it to other languages. */

import { type Body, flag, oneOf, optional, text, uint, type ValuesOf } from './fields.ts'

export const protocolVersion = 1

/** The longest message, in bytes, before framing. */
export const maxMessageLength = 1024

/** The first byte of a message is its type's place in this list. */
export const messageTypes = ['request', 'response', 'failure', 'progress', 'event', 'cancel'] as const
export type MessageType = (typeof messageTypes)[number]

interface CommandSpec {
  readonly opcode: number
  readonly request: Body
  readonly response: Body
  readonly progress?: Body
}

function command<const S extends CommandSpec>(spec: S): S {
  return spec
}

/** What a host may ask of a fob. */
export const commands = {
  /** The greeting: who is there, and in which version of this protocol it answers. */
  hello: command({
    opcode: 0x01,
    request: { version: [1, uint(0xffff)] },
    response: { version: [1, uint(0xffff)], model: [2, text(32)], firmware: [3, text(16)] },
  }),
  /** The number printed on the back. */
  readSerialNumber: command({ opcode: 0x02, request: {}, response: { serialNumber: [1, text(64)] } }),
  readStatus: command({
    opcode: 0x03,
    request: {},
    response: {
      state: [1, oneOf('blank', 'personalised', 'erased')],
      kind: [2, oneOf('TOTP', 'HOTP')],
      hash: [3, oneOf('SHA-1', 'SHA-256', 'SHA-512')],
      digits: [4, uint(8)],
      timeStepSeconds: [5, optional(uint(3600))],
      batteryPercent: [6, uint(100)],
      lit: [7, flag],
      fault: [8, optional(oneOf('storage', 'battery'))],
    },
  }),
  /** The device's own clock. Hearsay to an identity service: good for the bench, never for verification. */
  readClock: command({ opcode: 0x04, request: {}, response: { deviceTimeUs: [1, uint()] } }),
  /** A code, given after the button has been pressed. `remainingMs`, TOTP only, is counted on the device's clock. */
  getCode: command({
    opcode: 0x10,
    request: {},
    progress: { waitingFor: [1, oneOf('press')] },
    response: { code: [1, text(8)], remainingMs: [2, optional(uint(3_600_000))] },
  }),
} as const

interface EventSpec {
  readonly opcode: number
  readonly event: Body
}

/** What a fob tells unasked, to every host that has greeted it. */
export const events = {
  pressed: { opcode: 0x80, event: {} },
  display: { opcode: 0x81, event: { lit: [1, flag] } },
  battery: { opcode: 0x82, event: { percent: [1, uint(100)] } },
} as const satisfies Record<string, EventSpec>

/** Why a command failed, in the body of a failure. */
export const failureReasons = [
  'malformed',
  'unknown-command',
  'unsupported-version',
  'busy',
  'canceled',
  'not-personalised',
  'storage-failed',
  'battery-flat',
] as const
export type FailureReason = (typeof failureReasons)[number]

export const failureBody = { reason: [1, oneOf(...failureReasons)], detail: [2, optional(text(200))] } as const

export type CommandName = keyof typeof commands
export type EventName = keyof typeof events
export type RequestOf<C extends CommandName> = ValuesOf<(typeof commands)[C]['request']>
export type ResponseOf<C extends CommandName> = ValuesOf<(typeof commands)[C]['response']>
export type EventOf<E extends EventName> = ValuesOf<(typeof events)[E]['event']>

/** A command or an event as the codec takes it: a body for each type of message that it comes in. */
export interface Entry {
  readonly name: string
  readonly opcode: number
  readonly bodies: { readonly [T in MessageType]?: Body }
}

export const entries: readonly Entry[] = [
  ...Object.entries<CommandSpec>(commands).map(([name, { opcode, ...bodies }]) => ({
    name,
    opcode,
    bodies: { ...bodies, failure: failureBody, cancel: {} },
  })),
  ...Object.entries<EventSpec>(events).map(([name, { opcode, ...bodies }]) => ({ name, opcode, bodies })),
]
const entriesByName = new Map(entries.map(entry => [entry.name, entry]))
const entriesByOpcode = new Map(entries.map(entry => [entry.opcode, entry]))

export function entryByName(name: string): Entry | undefined {
  return entriesByName.get(name)
}

export function entryByOpcode(opcode: number): Entry | undefined {
  return entriesByOpcode.get(opcode)
}
