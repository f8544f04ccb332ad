import { HOTP, Secret } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { counterHmac, type Digits, type Hash, hotp, secretKey, truncate } from '../../../protocol/oath/hotp.ts'
import { randomBelow, seededEntropy } from '../../../protocol/time/entropy.ts'

/** RFC 4226 appendix D, for the secret "12345678901234567890": HMAC, its 31-bit number, code. */
const appendixD = [
  ['cc93cf18508d94934c64b65d8ba7667fb7cde4b0', 1284755224, '755224'],
  ['75a48a19d4cbe100644e8ac1397eea747a2d33ab', 1094287082, '287082'],
  ['0bacb7fa082fef30782211938bc1c5e70416ff44', 137359152, '359152'],
  ['66c28227d03a2d5529262ff016a1e6ef76557ece', 1726969429, '969429'],
  ['a904c900a64b35909874b33e61c5938a8e15ed1c', 1640338314, '338314'],
  ['a37e783d7b7233c083d4f62926c7a25f238d0316', 868254676, '254676'],
  ['bc9cd28561042c83f219324d3c607256c03272ae', 1918287922, '287922'],
  ['a4fb960c0bc06e1eabb804e5b397cdc4b45596fa', 82162583, '162583'],
  ['1b3c89f65e6c9e883012052823443f048b4332db', 673399871, '399871'],
  ['1637409809a679dc698207310c8c7fc07290d9e5', 645520489, '520489'],
] as const

describe('RFC 4226 appendix D', () => {
  const key = secretKey(Buffer.from('12345678901234567890'))

  test.each(appendixD.map((row, counter) => [counter, ...row] as const))(
    'counter %d',
    (counter, hmac, number, code) => {
      const digest = counterHmac(key, counter, 'SHA-1')
      expect(digest.toString('hex')).toBe(hmac)
      expect(truncate(digest, 8)).toBe(String(number).slice(-8))
      expect(hotp(key, counter)).toBe(code)
    },
  )
})

test('codes are those of otpauth, for 10,000 secrets, counters, hashes and numbers of digits', () => {
  const entropy = seededEntropy('hotp against otpauth')
  const hashes: readonly Hash[] = ['SHA-1', 'SHA-256', 'SHA-512']
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[]) => values[randomBelow(entropy, values.length)] as T
  for (let round = 0; round < 10_000; round++) {
    const secret = entropy.bytes(1 + randomBelow(entropy, 80))
    // As many small counters as large ones: 1 to 53 bits.
    const counter = randomBelow(entropy, 2 ** 32) * 2 ** 21 + randomBelow(entropy, 2 ** 21)
    const shifted = Math.floor(counter / 2 ** randomBelow(entropy, 53))
    const [hash, digits] = [pick(hashes), pick<Digits>([6, 7, 8])]
    const theirs = HOTP.generate({
      secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
      algorithm: hash.replace('-', ''),
      digits,
      counter: shifted,
    })
    const ours = hotp(secretKey(secret), shifted, hash, digits)
    expect(ours, `${hash}, ${digits} digits, counter ${shifted}, secret ${Buffer.from(secret).toString('hex')}`).toBe(
      theirs,
    )
  }
})

test.each([-1, 0.5, Number.NaN, 2 ** 53])('a counter of %d is refused by name', counter => {
  expect(() => hotp(secretKey(Buffer.from('secret')), counter)).toThrow(RangeError)
  expect(() => hotp(secretKey(Buffer.from('secret')), counter)).toThrow(`not ${counter}`)
})
