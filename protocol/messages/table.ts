/** Every message that crosses the wire, declared once. README.md beside this folder tells it to other languages. */

import { type Body, type Field, flag, oneOf, optional, text, uint, type ValuesOf } from './fields.ts'

export const protocolVersion = 1

/** The longest message, in bytes, before framing. */
export const maxMessageLength = 1024

/** First byte of a message. */
export const messageTypes = { request: 0, response: 1, failure: 2, progress: 3, event: 4, cancel: 5 } as const
export type MessageType = keyof typeof messageTypes

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

/** The body that a message of this type and name must have; undefined where the table has none. */
export function bodyOf(type: MessageType, name: CommandName | EventName): Body | undefined {
  if (type === 'event') return name in events ? events[name as EventName].event : undefined
  const spec: CommandSpec | undefined = commands[name as CommandName]
  if (spec === undefined) return undefined
  if (type === 'failure') return failureBody
  if (type === 'cancel') return {}
  return type === 'progress' ? spec.progress : spec[type]
}

const namesByOpcode = new Map<number, CommandName | EventName>(
  Object.entries({ ...commands, ...events }).map(([name, spec]) => [spec.opcode, name as CommandName | EventName]),
)

export function nameOf(opcode: number): CommandName | EventName | undefined {
  return namesByOpcode.get(opcode)
}

export function opcodeOf(name: CommandName | EventName): number {
  return name in commands ? commands[name as CommandName].opcode : events[name as EventName].opcode
}

export type { Body, Field }
