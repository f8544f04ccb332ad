import { expect, test } from 'vitest'
import { withoutSecret } from '../../../protocol/oath/without-secret.ts'

test.each([
  ['otpauth://totp/a?secret=GEZDGNBV&digits=6', 'otpauth://totp/a?secret=...&digits=6'],
  ['there is no user otpauth://totp/a?SECRET=gezdgnbv: create', 'there is no user otpauth://totp/a?SECRET=... create'],
  ['two: ?secret=AA ?secret=BB', 'two: ?secret=... ?secret=...'],
  ['"otpauth://totp/a?secret=GEZDGNBV"', '"otpauth://totp/a?secret=..."'],
  ['it has the form otpauth://totp/LABEL?secret=BASE32', 'it has the form otpauth://totp/LABEL?secret=BASE32'],
  ['?secret=BASE32BASE32', '?secret=...'],
  ['alice keeps her secret', 'alice keeps her secret'],
])('%s', (text, without) => {
  expect(withoutSecret(text)).toBe(without)
})
