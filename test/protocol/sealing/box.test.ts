import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openBox, sealBox } from '../../../protocol/sealing/box.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
/** Of a length that base64 has to pad. */
const plain = Buffer.from('123456789012345678901')
const box = sealBox(key, 'GAHT12345678', plain, seededEntropy(1))

test.each([0, 1, 15, 16, 17, 1000])('what was sealed comes out, of %i bytes', length => {
  const bytes = Buffer.alloc(length, 7)
  expect(openBox(key, 'GAHT12345678', sealBox(key, 'GAHT12345678', bytes, seededEntropy(1)))).toEqual(bytes)
})

test('a box is AES-256-GCM with its nonce before it and its tag behind it (NIST GCM test cases 13 and 14)', () => {
  const zeros = createSecretKey(Buffer.alloc(32))
  const entropy = { bytes: (length: number) => Buffer.alloc(length) }
  const hexOf = (bytes: Uint8Array) => Buffer.from(sealBox(zeros, '', bytes, entropy), 'base64').toString('hex')
  expect(hexOf(Buffer.alloc(0))).toBe(`${'00'.repeat(12)}530f8afbc74536b9a963b4f1c4cb738b`)
  expect(hexOf(Buffer.alloc(16))).toBe(
    `${'00'.repeat(12)}cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919`,
  )
})

test('one text is another box each time', () => {
  const entropy = seededEntropy(1)
  expect(sealBox(key, '', plain, entropy)).not.toBe(sealBox(key, '', plain, entropy))
})

describe('a box does not open', () => {
  test('under another key, nor bound to something else', () => {
    expect(() => openBox(createSecretKey(Buffer.alloc(32, 2)), 'GAHT12345678', box)).toThrow()
    expect(() => openBox(key, 'GAHT12345679', box)).toThrow()
  })

  test('with any bit changed, nor cut short at either end', () => {
    const bytes = Buffer.from(box, 'base64')
    const open = (changed: Buffer) => () => openBox(key, 'GAHT12345678', changed.toString('base64'))
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(open(changed)).toThrow()
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(open(bytes.subarray(0, length))).toThrow()
      expect(open(bytes.subarray(bytes.length - length))).toThrow()
    }
  })

  test.each([
    ['without its padding', box.replace(/=+$/, '')],
    ['in the alphabet of URLs', Buffer.from(box, 'base64').toString('base64url')],
    ['with a line break', `${box}\n`],
    ['with its unused bits set', box.replace(/.(?==+$)/, last => String.fromCharCode(last.charCodeAt(0) + 1))],
  ])('%s, though its bytes are the same', (_, changed) => {
    expect(changed).not.toBe(box)
    expect(Buffer.from(changed, 'base64')).toEqual(Buffer.from(box, 'base64'))
    expect(() => openBox(key, 'GAHT12345678', changed)).toThrow('the box is not base64 as it was written')
  })
})
