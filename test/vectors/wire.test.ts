import { describe, expect, test } from 'vitest'
import { encodeFrame, FrameReader } from '../../protocol/framing/serial-frames.ts'
import { decodeMessage, encodeMessage } from '../../protocol/messages/codec.ts'
import { protocolVersion } from '../../protocol/messages/table.ts'
import { type MessageKind, messageKinds, messageOf, valuesOf } from '../protocol/messages/message-kinds.ts'
import wire from './wire.json' with { type: 'json' }

/**
 * Vectors for programs in other languages. The table yields them: for each kind of message one without its optional fields
 * and the smallest value in each other, and one with all fields and the largest. `vitest -u` writes the file anew.
 */
function vectors() {
  return messageKinds.flatMap(kind => {
    const sparse = vector(kind, 'least', 0x0001)
    const full = vector(kind, 'most', 0xfffe)
    return Object.keys(kind.body).length === 0 ? [sparse] : [sparse, full]
  })
}

function vector(kind: MessageKind, extent: 'least' | 'most', txid: number) {
  const fields = Object.entries(kind.body).filter(([, [, field]]) => extent === 'most' || !field.optional)
  const body = Object.fromEntries(fields.map(([name, [, field]]) => [name, valuesOf(field)[extent]]))
  const message = messageOf(kind, kind.type === 'event' ? 0 : txid, body)
  const bytes = encodeMessage(message)
  const name = `${kind.name} ${kind.type}, ${extent}`
  return { name, message, bytes: toHex(bytes), frame: toHex(encodeFrame(bytes)) }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

test('the file holds what the table yields', async () => {
  const document = { protocolVersion, vectors: vectors() }
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('./wire.json')
})

describe.each(wire.vectors)('$name', ({ message, bytes, frame }) => {
  test('its bytes are read as the message', () => {
    expect(decodeMessage(Buffer.from(bytes, 'hex'))).toEqual(message)
  })

  test('its frame is read as the bytes', () => {
    expect(new FrameReader().push(Buffer.from(frame, 'hex')).map(toHex)).toEqual([bytes])
  })
})
