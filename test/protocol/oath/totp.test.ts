import { describe, expect, test } from 'vitest'
import { type Hash, hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { stepOf } from '../../../protocol/oath/totp.ts'

const stepUs = 30_000_000

/** RFC 6238 appendix B; the secrets are as long as the digests, which the RFC's text leaves to its program. */
const appendixB: readonly (readonly [seconds: number, step: number, codes: Readonly<Record<Hash, string>>])[] = [
  [59, 0x1, { 'SHA-1': '94287082', 'SHA-256': '46119246', 'SHA-512': '90693936' }],
  [1111111109, 0x23523ec, { 'SHA-1': '07081804', 'SHA-256': '68084774', 'SHA-512': '25091201' }],
  [1111111111, 0x23523ed, { 'SHA-1': '14050471', 'SHA-256': '67062674', 'SHA-512': '99943326' }],
  [1234567890, 0x273ef07, { 'SHA-1': '89005924', 'SHA-256': '91819424', 'SHA-512': '93441116' }],
  [2000000000, 0x3f940aa, { 'SHA-1': '69279037', 'SHA-256': '90698825', 'SHA-512': '38618901' }],
  [20000000000, 0x27bc86aa, { 'SHA-1': '65353130', 'SHA-256': '77737706', 'SHA-512': '47863826' }],
]

describe.each<[Hash, number]>([
  ['SHA-1', 20],
  ['SHA-256', 32],
  ['SHA-512', 64],
])('RFC 6238 appendix B, %s', (hash, secretLength) => {
  const key = secretKey(Buffer.from('1234567890'.repeat(7).slice(0, secretLength)))

  test.each(appendixB)('at %d s', (seconds, step, codes) => {
    expect(stepOf(seconds * 1_000_000, stepUs)).toBe(step)
    expect(hotp(key, step, hash, 8)).toBe(codes[hash])
  })
})

test('a step begins on its first microsecond', () => {
  expect([stepUs - 1, stepUs, 2 * stepUs - 1].map(timeUs => stepOf(timeUs, stepUs))).toEqual([0, 1, 1])
})
