import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase32, encodeBase32 } from '../../../protocol/oath/base32.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1')

/** RFC 4648 §10. */
test.each([
  ['', ''],
  ['f', 'MY======'],
  ['fo', 'MZXQ===='],
  ['foo', 'MZXW6==='],
  ['foob', 'MZXW6YQ='],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI======'],
])('"%s" is %s', (plain, encoded) => {
  expect(text(decodeBase32(encoded))).toBe(plain)
  expect(text(decodeBase32(encoded.replaceAll('=', '')))).toBe(plain)
  expect(encodeBase32(bytes(plain))).toBe(encoded.replaceAll('=', ''))
})

test('any bytes come back, however a person groups and writes them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(' ', '-', '\n', ''), (secret, separator) => {
      const encoded = encodeBase32(secret)
      const written = encoded.toLowerCase().replaceAll(/.{4}/g, group => group + separator)
      expect(decodeBase32(encoded)).toEqual(secret)
      expect(decodeBase32(written)).toEqual(secret)
    }),
  )
})

test.each([
  ['MZXW6YT0', 'character 8 is "0" (was O meant?)'],
  ['1ZXW6YTB', 'character 1 is "1" (was I or L meant?)'],
  ['MZ XW 8YTB', 'character 7 is "8" (was B meant?)'],
  ['MZXW9YTB', 'character 5 is "9"; there is no 9 in base 32'],
  ['MZXW=YTB', 'character 5 is "="'],
  ['MZXWäYTB', 'character 5 is "ä"'],
  // These become letters of the alphabet when a program writes them in capitals.
  ['MZXWıYTB', 'character 5 is "ı"'],
  ['MZXWſYTB', 'character 5 is "ſ"'],
  ['MZXWﬆTB', 'character 5 is "ﬆ"'],
  ['MZXW🔑YTB', 'character 5 is "🔑"'],
])('%s is refused: %s', (secret, complaint) => {
  expect(() => decodeBase32(secret)).toThrow(RangeError)
  expect(() => decodeBase32(secret)).toThrow(`not base 32: ${complaint}`)
})

test.each(['M', 'MZX', 'MZXW6Y', 'MZXW6YTBO'])('%s has lost a character and is refused', secret => {
  expect(() => decodeBase32(secret)).toThrow('a character is missing')
})

test('no error holds the secret or any part of it', () => {
  const secret = 'GEZDGNBVGY3TQOJQ'
  for (const wrong of [`${secret}1`, `${secret}A`, secret.replace('Y', '!')]) {
    let message = ''
    try {
      decodeBase32(wrong)
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('not base 32')
    for (let at = 0; at + 4 <= secret.length; at++) expect(message).not.toContain(secret.slice(at, at + 4))
  }
})
