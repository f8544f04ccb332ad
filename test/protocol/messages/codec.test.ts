import { encode as encodeCbor } from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeMessage,
  encodeFailure,
  encodeMessage,
  type Message,
  peekHeader,
} from '../../../protocol/messages/codec.ts'
import {
  entries,
  entryByName,
  entryByOpcode,
  maxMessageLength,
  messageTypes,
} from '../../../protocol/messages/table.ts'
import { WireError } from '../../../protocol/messages/wire-error.ts'
import { anyMessage } from './message-kinds.ts'

/** The message, or its error; anything else that is thrown comes through. */
function decodeOrError(bytes: Uint8Array): Message | WireError {
  try {
    return decodeMessage(bytes)
  } catch (error) {
    if (error instanceof WireError) return error
    throw error
  }
}

function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}

test('every message comes back as it was', () => {
  fc.assert(
    fc.property(anyMessage, message => {
      expect(decodeMessage(encodeMessage(message))).toEqual(message)
    }),
    { numRuns: 1000 },
  )
})

test('a message is its type, transaction, opcode and a map', () => {
  const message = { type: 'request', txid: 0x1234, name: 'hello', body: { version: 1 } } as const
  expect(encodeMessage(message)).toEqual(Uint8Array.of(0, 0x12, 0x34, 0x01, 0xa1, 0x01, 0x01))
})

test('opcodes and names are one to one', () => {
  for (const entry of entries) {
    expect(entryByName(entry.name)).toBe(entry)
    expect(entryByOpcode(entry.opcode)).toBe(entry)
  }
})

describe('the decoder is total', () => {
  test('any bytes give a message or a WireError, and a message only in its one form', () => {
    const header = fc.tuple(
      fc.constantFrom(...messageTypes.keys()),
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: 0xff }),
      fc.constantFrom(...entries.map(({ opcode }) => opcode)),
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(header, fc.uint8Array({ maxLength: 20 })).map(([head, rest]) => Uint8Array.of(...head, ...rest)),
    )
    fc.assert(
      fc.property(bytes, wire => {
        const decoded = decodeOrError(wire)
        if (!(decoded instanceof WireError)) expect(encodeMessage(decoded)).toEqual(wire)
      }),
      { numRuns: 5000 },
    )
  })

  test('a good message with bytes changed, cut off or put in gives a message or a WireError', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) })
    fc.assert(
      fc.property(anyMessage, fc.array(change, { minLength: 1, maxLength: 4 }), (message, changes) => {
        let wire = [...encodeMessage(message)]
        for (const { at, remove, insert } of changes) wire = wire.toSpliced(at % (wire.length + 1), remove, ...insert)
        const bytes = Uint8Array.from(wire)
        const decoded = decodeOrError(bytes)
        if (!(decoded instanceof WireError)) expect(encodeMessage(decoded)).toEqual(bytes)
      }),
      { numRuns: 5000 },
    )
  })

  test('bytes before and after the message are not read', () => {
    fc.assert(
      fc.property(anyMessage, fc.uint8Array(), fc.uint8Array(), (message, before, after) => {
        const bytes = encodeMessage(message)
        const buffer = Uint8Array.of(...before, ...bytes, ...after)
        expect(decodeMessage(buffer.subarray(before.length, before.length + bytes.length))).toEqual(message)
      }),
    )
  })

  test('a message cut short anywhere is refused', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, place) => {
        const bytes = encodeMessage(message)
        expect(decodeOrError(bytes.subarray(0, place % bytes.length))).toBeInstanceOf(WireError)
      }),
    )
  })

  test('maps and arrays nested as deep as fits are refused like any other', () => {
    for (const nesting of [0x81, 0xa1, 0xc1, 0xd8]) {
      const wire = new Uint8Array(maxMessageLength).fill(nesting)
      wire.set([0, 0, 1, 1])
      expect(decodeOrError(wire)).toMatchObject({ code: 'not-canonical' })
    }
  })
})

describe('refused, with the place of the fault', () => {
  // The request `hello` is 00 0001 01 a1 01 01.
  test.each([
    ['nothing', '', 'too-short', 0, ''],
    ['half a header', '00 00 01', 'too-short', 3, ''],
    ['a type that does not exist', '06 0001 01 a0', 'unknown-type', 0, ''],
    ['an opcode that does not exist', '00 0001 7f a0', 'unknown-opcode', 3, ''],
    ['an event where a command belongs', '00 0001 80 a0', 'unknown-opcode', 3, ''],
    ['progress of a command that has none', '03 0001 01 a0', 'unknown-opcode', 3, ''],
    ['no body', '00 0001 02', 'not-canonical', 4, ''],
    ['an array for a body', '00 0001 02 80', 'not-a-map', 4, ''],
    ['bytes after the body', '00 0001 02 a0 00', 'not-canonical', 4, ''],
    ['a map without an end', '00 0001 01 bf 01 01 ff', 'not-canonical', 4, ''],
    ['a number written longer than need be', '00 0001 01 a1 01 18 01', 'not-canonical', 4, ''],
    ['a key written longer than need be', '00 0001 01 a1 18 01 01', 'not-canonical', 4, ''],
    ['a length written longer than need be', '00 0001 01 b8 01 01 01', 'not-canonical', 4, ''],
    ['a number as a float', '00 0001 01 a1 01 f9 3c00', 'not-canonical', 4, ''],
    ['a key twice', '00 0001 01 a2 01 01 01 01', 'not-canonical', 4, ''],
    ['keys out of order', '01 0001 10 a2 02 05 01 61 31', 'not-canonical', 4, ''],
    ['text that is no UTF-8', '01 0001 02 a1 01 61 ff', 'not-canonical', 4, ''],
    ['a tag', '00 0001 01 a1 01 c1 01', 'not-canonical', 4, ''],
    ['a number beyond 2⁵³', '01 0001 04 a1 01 1b 0020000000000000', 'not-canonical', 4, ''],
    ['a field that the table lacks', '00 0001 01 a2 01 01 02 01', 'unknown-field', 4, 'hello.request'],
    ['keys that are arrays', '00 0001 02 a2 80 00 81 00 00', 'not-canonical', 4, ''],
    ['a key that is text', '00 0001 02 a1 61 31 01', 'unknown-field', 4, 'readSerialNumber.request'],
    ['a field left out', '00 0001 01 a0', 'missing-field', 4, 'hello.request.version'],
    ['text for a number', '00 0001 01 a1 01 61 31', 'wrong-value', 4, 'hello.request.version'],
    ['a negative number', '00 0001 01 a1 01 20', 'wrong-value', 4, 'hello.request.version'],
    ['a number too large', '00 0001 01 a1 01 1a 00010000', 'wrong-value', 4, 'hello.request.version'],
    ['null for a number', '00 0001 01 a1 01 f6', 'wrong-value', 4, 'hello.request.version'],
    ['bytes for text', '01 0001 02 a1 01 41 31', 'wrong-value', 4, 'readSerialNumber.response.serialNumber'],
    ['text too long', '01 0001 10 a1 01 69 303030303030303030', 'wrong-value', 4, 'getCode.response.code'],
    ['a word not in the list', '03 0001 10 a1 01 61 78', 'wrong-value', 4, 'getCode.progress.waitingFor'],
  ] as const)('%s', (_, hex, code, offset, path) => {
    expect(decodeOrError(fromHex(hex))).toMatchObject({ name: 'WireError', code, offset, path })
  })

  test('more than 1024 bytes', () => {
    expect(decodeOrError(new Uint8Array(maxMessageLength + 1))).toMatchObject({ code: 'too-long', offset: 1024 })
  })

  test('the error says in one line what is wrong and where', () => {
    expect(decodeOrError(fromHex('00 0001 01 a1 01 61 31'))).toMatchObject({
      message: 'hello.request.version: expects an unsigned integer up to 65535 (wrong-value at byte 4)',
    })
  })
})

describe('the encoder refuses what the decoder would', () => {
  test.each([
    ['a value that the field does not take', 'hello', { version: -1 }, 'wrong-value'],
    ['a field left out', 'hello', {}, 'wrong-value'],
    ['a fraction', 'hello', { version: 1.5 }, 'wrong-value'],
  ] as const)('%s', (_, name, body, code) => {
    // What TypeScript would refuse, a program in JavaScript may still say.
    const message = { type: 'request', txid: 1, name, body } as Message
    expect(() => encodeMessage(message)).toThrow(expect.objectContaining({ code }))
  })

  test('a body of a type that the command has not', () => {
    const message: unknown = { type: 'progress', txid: 1, name: 'hello', body: {} }
    expect(() => encodeMessage(message as Message)).toThrow(expect.objectContaining({ code: 'unknown-type' }))
  })
})

describe('the header alone', () => {
  test('is read from any four bytes, whatever they and the rest mean', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4 }), bytes => {
        const [type = 0, high = 0, low = 0, opcode = 0] = bytes
        expect(peekHeader(bytes)).toEqual({ type, txid: high * 256 + low, opcode })
      }),
    )
  })

  test('is the one that the message was given', () => {
    fc.assert(
      fc.property(anyMessage, message => {
        expect(peekHeader(encodeMessage(message))).toEqual({
          type: messageTypes.indexOf(message.type),
          txid: message.txid,
          opcode: entryByName(message.name)?.opcode,
        })
      }),
    )
  })

  test.each([0, 1, 2, 3])('is not there in %i bytes', length => {
    expect(peekHeader(new Uint8Array(length))).toBeUndefined()
  })

  test('is enough to answer a request that can not be read', () => {
    const unreadable = Uint8Array.of(0, 0x12, 0x34, 0x02, 0xff)
    const header = peekHeader(unreadable) ?? { txid: 0, opcode: 0 }
    expect(decodeMessage(encodeFailure(header, 'malformed', 'no map'))).toEqual({
      type: 'failure',
      txid: 0x1234,
      name: 'readSerialNumber',
      body: { reason: 'malformed', detail: 'no map' },
    })
  })
})

test('the body is what any CBOR library makes of a map with integer keys', () => {
  const message = { type: 'event', txid: 0, name: 'battery', body: { percent: 30 } } as const
  expect(encodeMessage(message).subarray(4)).toEqual(encodeCbor(new Map([[1, 30]])))
})
