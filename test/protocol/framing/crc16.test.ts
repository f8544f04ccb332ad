import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc16 } from '../../../protocol/framing/crc16.ts'

test('the check value of the catalogue: "123456789" gives 0x906e', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x906e)
})

test('nothing gives zero', () => expect(crc16(new Uint8Array())).toBe(0))

test('a message with its own check, low byte first, leaves the good residue 0xf0b8 (RFC 1662 appendix C.2)', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      const crc = crc16(bytes)
      expect(crc16(Uint8Array.of(...bytes, crc & 0xff, crc >> 8)) ^ 0xffff).toBe(0xf0b8)
    }),
  )
})

test('every error of up to 16 bits in a row is found', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 3, maxLength: 64 }),
      fc.nat(),
      fc.integer({ min: 1, max: 0xffff }),
      (bytes, place, burst) => {
        const at = place % (bytes.length - 1)
        const broken = Uint8Array.from(bytes, (byte, index) => {
          if (index === at) return byte ^ (burst >> 8)
          return index === at + 1 ? byte ^ (burst & 0xff) : byte
        })
        expect(crc16(broken)).not.toBe(crc16(bytes))
      },
    ),
  )
})
