import { expect, test } from 'vitest'
import { explain } from '../../../host/verifier/explain.ts'
import { verifyHotp } from '../../../host/verifier/hotp-verifier.ts'
import { freshThrottle } from '../../../host/verifier/throttle.ts'
import { enableTotp, verifyTotp } from '../../../host/verifier/totp-verifier.ts'
import { codeAt, daysUs, enabled, secondsUs, shownAt, signIn, signInTwice, startUs } from './a-fob.ts'

const nowUs = startUs + secondsUs(210)
const now = shownAt(nowUs)

test.each([
  {
    case: 'accepted',
    verdict: signIn(enabled(), nowUs, now).verdict,
    says: 'accepted: the code is for 14:03:30–14:04:00; this fob now runs between −11 s and +51 s and gains −32.0 to +20.0 ppm',
  },
  {
    case: 'replayed',
    verdict: signIn(signIn(enabled(), nowUs, now).state, nowUs + secondsUs(9), now).verdict,
    says: 'refused: this code was used at 14:03:40 and is good once: wait for the next one',
  },
  {
    case: 'stale',
    verdict: signIn(enabled(), nowUs, now - 5).verdict,
    says: 'refused: the code is for 14:01:00–14:01:30, and this fob runs between −11 s and +51 s: 1 min too old',
  },
  {
    case: 'early',
    verdict: signIn(enabled(), nowUs, now + 4).verdict,
    says: 'refused: the code is for 14:05:30–14:06:00, and this fob runs between −11 s and +51 s: 1 min too early',
  },
  {
    case: 'already used',
    verdict: signIn(signIn(enabled(), nowUs, now).state, nowUs, now - 1).verdict,
    says: 'refused: the code is for 14:03:00–14:03:30, before the one used at 14:03:40: it may have been seen. Wait for a newer one, or have the fob enabled again',
  },
  {
    case: 'unknown',
    verdict: signIn(enabled(), nowUs, 777_777).verdict,
    says: "refused: no code near this time is this one: is it another fob's?",
  },
  {
    case: 'malformed',
    verdict: verifyTotp(enabled(), { code: 'hello', nowUs, codeAt }).verdict,
    says: 'refused: this is not a code: give the digits that the fob shows, all of them',
  },
  {
    case: 'uncertain clock',
    verdict: signIn(enabled(), nowUs + daysUs(365), now).verdict,
    says: 'refused: after so long this fob runs between −18 min 35 s and +12 min 56 s: give two consecutive codes',
  },
  {
    case: 'set clock',
    verdict: signInTwice(enabled(), nowUs, shownAt(nowUs, secondsUs(3600))).verdict,
    says: 'accepted: the code is for 15:03:30–15:04:00; its clock was set: this fob now runs between +59 min 49 s and +1 h 1 min and gains −32.0 to +20.0 ppm',
  },
  {
    case: 'not two in a row',
    verdict: enableTotp({ codes: [codeAt(now), codeAt(now + 2)], nowUs, codeAt, source: '' }).verdict,
    says: 'refused: both codes are of this fob but not two in a row: give one, and then the next that it shows',
  },
  {
    case: 'too soon',
    verdict: signInTwice(signInTwice(enabled(), nowUs, 777_777).state, nowUs, now).verdict,
    says: 'refused: two wrong codes were given a moment ago: wait a few seconds',
  },
])('$case', ({ verdict, says }) => {
  expect(explain(verdict)).toBe(says)
})

test.each([
  { counter: 100, says: 'accepted: the code is that of counter 100, the one expected' },
  { counter: 103, says: 'accepted: the code is that of counter 103, 3 after the one expected' },
  { counter: 99, says: 'refused: this code was used at 14:00:10 and is good once: wait for the next one' },
  {
    counter: 112,
    says: 'refused: the code is for counter 112, and counters 100 to 109 are looked at: 3 too far ahead, so give two consecutive codes',
  },
  { counter: 777_777, says: "refused: no code near this counter is this one: is it another fob's?" },
])('HOTP: where counter 100 is expected, $counter', ({ counter, says }) => {
  const state = { counter: 100, lastUsedUs: startUs, throttle: freshThrottle }
  expect(explain(verifyHotp(state, { code: codeAt(counter), nowUs, codeAt }).verdict)).toBe(says)
})
