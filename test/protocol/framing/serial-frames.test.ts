import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame, FrameReader } from '../../../protocol/framing/serial-frames.ts'
import { maxMessageLength } from '../../../protocol/messages/table.ts'

const message = fc.uint8Array({ minLength: 1, maxLength: maxMessageLength })

test('a frame is a zero, the stuffed message and check, and a zero', () => {
  // "123456789" has the check 0x906e, low byte first, and no zero in it.
  expect(Buffer.from(encodeFrame(Buffer.from('123456789'))).toString('hex')).toBe('000c3132333435363738396e9000')
})

test('frames come back whole, however the line splits them', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 700 })),
      (messages, sizes) => {
        const line = Buffer.concat(messages.map(encodeFrame))
        const reader = new FrameReader()
        const received: Uint8Array[] = []
        for (let at = 0; at < line.length; ) {
          const size = sizes.next().value
          received.push(...reader.push(line.subarray(at, at + size)))
          at += size
        }
        expect(received).toEqual(messages)
        expect(reader.dropped).toBe(0)
      },
    ),
  )
})

test('after any garbage, of any length, the next frame is found', () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 1000, max: 5000 }).map(length => new Uint8Array(length).fill(0x55)),
  )
  fc.assert(
    fc.property(garbage, message, (noise, sent) => {
      const reader = new FrameReader()
      expect(reader.push(Buffer.concat([noise, encodeFrame(sent)])).at(-1)).toEqual(sent)
    }),
  )
})

test('a frame with one byte changed is dropped and counted, and the one after it arrives', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, place, flip) => {
      const broken = encodeFrame(sent)
      const at = 1 + (place % (broken.length - 2))
      broken[at] = (broken[at] ?? 0) ^ flip
      const reader = new FrameReader()
      expect(reader.push(broken)).toEqual([])
      expect(reader.dropped).toBeGreaterThan(0)
      expect(reader.push(encodeFrame(sent))).toEqual([sent])
    }),
  )
})

test('zeros between frames are no frames', () => {
  const reader = new FrameReader()
  expect(reader.push(new Uint8Array(9))).toEqual([])
  expect(reader.dropped).toBe(0)
})

test('a run of bytes too long for any message is dropped as one frame', () => {
  const reader = new FrameReader()
  reader.push(new Uint8Array(100_000).fill(1))
  reader.push(Uint8Array.of(0))
  expect(reader.dropped).toBe(1)
})

test('a message is not written over by the one after it', () => {
  const reader = new FrameReader()
  const [first] = reader.push(encodeFrame(Uint8Array.of(1, 2, 3)))
  reader.push(encodeFrame(Uint8Array.of(9, 9, 9)))
  expect(first).toEqual(Uint8Array.of(1, 2, 3))
})
