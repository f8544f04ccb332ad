import fc from 'fast-check'
import { HOTP, URI } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { encodeBase32 } from '../../../protocol/oath/base32.ts'
import type { Digits, Hash } from '../../../protocol/oath/hotp.ts'
import { formatKeyUri, type KeyUri, parseKeyUri } from '../../../protocol/oath/key-uri.ts'

const secretText = 'JBSWY3DPEHPK3PXP'
const parse = (rest: string) => parseKeyUri(`otpauth://totp/${rest}`)

/** A key URI has no way to write a colon inside a name, nor blanks around it. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map(text => text.replaceAll(':', '').trim())
  .filter(text => text !== '')
const keyUri: fc.Arbitrary<KeyUri> = fc
  .record({
    secret: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    label: name,
    issuer: fc.oneof(name, fc.constant('')),
    hash: fc.constantFrom<Hash>('SHA-1', 'SHA-256', 'SHA-512'),
    digits: fc.constantFrom<Digits>(6, 7, 8),
    kind: fc.constantFrom('TOTP', 'HOTP'),
    timeStepSeconds: fc.constantFrom(30, 60),
    counter: fc.maxSafeNat(),
  })
  .map(key => (key.kind === 'TOTP' ? { ...key, counter: 0 } : { ...key, timeStepSeconds: 30 }))

test('every key comes back from its URI', () => {
  fc.assert(
    fc.property(keyUri, key => {
      expect(parseKeyUri(formatKeyUri(key))).toEqual(key)
    }),
  )
})

test('otpauth reads in our URIs what we wrote', () => {
  fc.assert(
    fc.property(keyUri, key => {
      const otp = URI.parse(formatKeyUri(key))
      expect(otp.secret.base32).toBe(encodeBase32(key.secret))
      expect([otp.label, otp.issuer, otp.digits]).toEqual([key.label, key.issuer, key.digits])
      expect(otp.algorithm).toBe(key.hash.replace('-', ''))
      expect(otp instanceof HOTP ? otp.counter : otp.period).toBe(
        key.kind === 'HOTP' ? key.counter : key.timeStepSeconds,
      )
    }),
  )
})

test('what a key URI does not say is SHA-1, six digits, thirty seconds', () => {
  expect(parse(`alice?secret=${secretText}`)).toEqual({
    kind: 'TOTP',
    hash: 'SHA-1',
    digits: 6,
    timeStepSeconds: 30,
    counter: 0,
    secret: Uint8Array.from(Buffer.from('48656c6c6f21deadbeef', 'hex')),
    label: 'alice',
    issuer: '',
  })
})

describe('the issuer', () => {
  test.each([
    ['in the label', 'ACME:alice?', 'ACME', 'alice'],
    ['in the parameter', 'alice?issuer=ACME&', 'ACME', 'alice'],
    ['in both', 'ACME:alice?issuer=ACME&', 'ACME', 'alice'],
    ['in both, the parameter counts', 'Old%20Name:alice?issuer=ACME&', 'ACME', 'alice'],
    ['behind an escaped colon and a blank', 'ACME%20Co%3A%20alice?', 'ACME Co', 'alice'],
    ['nowhere', 'alice@example.com?', '', 'alice@example.com'],
  ])('%s', (_, start, issuer, label) => {
    expect(parse(`${start}secret=${secretText}`)).toMatchObject({ issuer, label })
  })
})

test.each([
  `otpauth://totp/alice?secret=JBSW%20Y3DP-EHPK+3PXP`,
  `otpauth://totp/alice?secret=jbswy3dpehpk3pxp`,
  `OTPAUTH://TOTP/alice?secret=${secretText}`,
  `  otpauth://totp/alice?secret=${secretText}\n`,
])('a secret or scheme in another dress is the same: %s', uri => {
  expect(encodeBase32(parseKeyUri(uri).secret)).toBe(secretText)
})

const form = 'otpauth://totp/LABEL?secret=BASE32'

test.each([
  ['alice', `not a key URI: it has the form ${form}`],
  ['https://totp/alice?secret=MY', `not a key URI: it has the form ${form}`],
  ['otpauth://yubi/alice?secret=MY', `a fob is totp or hotp, not "yubi": the key URI has the form ${form}`],
  ['otpauth://totp/?secret=MY', `the key URI has no label: it has the form ${form}`],
  ['otpauth://totp?secret=MY', `the key URI has no label: it has the form ${form}`],
  ['otpauth://totp/alice', 'the key URI has no secret: add ?secret=BASE32'],
  ['otpauth://totp/alice?secret=', 'the key URI has no secret: add ?secret=BASE32'],
  ['otpauth://totp/alice?secret=%20', 'the key URI has no secret: add ?secret=BASE32'],
  [
    'otpauth://totp/alice?secret=MZXW1',
    'not base 32: character 5 is "1" (was I or L meant?); the letters A–Z and the digits 2–7 are allowed',
  ],
  ['otpauth://totp/alice?secret=MY&digits=5', 'a fob shows 6, 7 or 8 digits, not 5: mend digits= in the key URI'],
  ['otpauth://totp/alice?secret=MY&digits=six', 'a fob shows 6, 7 or 8 digits, not NaN: mend digits= in the key URI'],
  [
    'otpauth://totp/alice?secret=MY&period=45',
    "a fob's time step is 30 or 60 seconds, not 45: mend period= in the key URI",
  ],
  [
    'otpauth://totp/alice?secret=MY&algorithm=MD5',
    'a fob hashes with SHA1, SHA256 or SHA512, not MD5: mend algorithm= in the key URI',
  ],
  ['otpauth://hotp/alice?secret=MY', 'an HOTP key URI needs its counter: add &counter=0'],
  ['otpauth://hotp/alice?secret=MY&counter=-1', 'an HOTP key URI needs its counter: add &counter=0'],
  [
    'otpauth://hotp/alice?secret=MY&counter=9007199254740992',
    'a counter is at most 9007199254740991, not 9007199254740992: mend counter= in the key URI',
  ],
  ['otpauth://totp/al%ice?secret=MY', 'not a key URI that can be read: URI malformed'],
])('%s: %s', (uri, complaint) => {
  expect(() => parseKeyUri(uri)).toThrow(new RangeError(complaint))
})
