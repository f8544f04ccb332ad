import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leftIn } from '../../../host/verifier/budget.ts'
import { enableHotp, type HotpState, verifyHotp, verifyHotpPair } from '../../../host/verifier/hotp-verifier.ts'
import { defaultHotpPolicy, hotpPolicy } from '../../../host/verifier/policy.ts'
import { freshThrottle } from '../../../host/verifier/throttle.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { codeAt, secondsUs, startUs } from './a-fob.ts'

const at = (counter: number): HotpState => ({ counter, throttle: freshThrottle })
const one = (state: HotpState, counter: number, nowUs = startUs) =>
  verifyHotp(state, { code: codeAt(counter), nowUs, codeAt })
const two = (state: HotpState, counter: number, nowUs = startUs, source = 'owner') =>
  verifyHotpPair(state, { codes: [codeAt(counter - 1), codeAt(counter)], nowUs, codeAt, source })

test('the ten codes of RFC 4226, appendix D, in turn', () => {
  const codes = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')
  const key = secretKey(Buffer.from('12345678901234567890'))
  const real = (counter: number) => hotp(key, counter)
  let state = at(0)
  for (const [counter, code] of codes.entries()) {
    const { verdict, state: next } = verifyHotp(state, { code, nowUs: startUs, codeAt: real })
    expect(verdict).toMatchObject({ result: 'accepted', evidence: { step: counter } })
    expect(next.counter).toBe(counter + 1)
    expect(verifyHotp(next, { code, nowUs: startUs, codeAt: real }).verdict).toMatchObject({ reason: 'replayed' })
    state = next
  }
})

test.each([
  { counter: 98, expected: { result: 'rejected', reason: 'wrong-code', finding: 'already-used' } },
  { counter: 99, expected: { result: 'rejected', reason: 'replayed' } },
  { counter: 100, expected: { result: 'accepted' } },
  { counter: 109, expected: { result: 'accepted' } },
  { counter: 110, expected: { result: 'rejected', reason: 'wrong-code', finding: 'early' } },
  { counter: 200, expected: { result: 'rejected', reason: 'wrong-code', finding: 'unknown' } },
])('where 100 is expected, the code of counter $counter: $expected', ({ counter, expected }) => {
  const { verdict, state } = one(at(100), counter)
  expect(verdict).toMatchObject(expected)
  expect(state.counter).toBe(verdict.result === 'accepted' ? counter + 1 : 100)
})

test.each([
  { counter: 100, finding: 'replayed' },
  { counter: 101, finding: undefined },
  { counter: 500, finding: undefined },
  { counter: 1099, finding: undefined },
  { counter: 1100, finding: 'unknown' },
])('where 100 is expected, two codes up to counter $counter: $finding', ({ counter, finding }) => {
  const { verdict, state } = two(at(100), counter)
  expect(verdict).toMatchObject(finding === undefined ? { result: 'accepted' } : { result: 'rejected', finding })
  expect(state.counter).toBe(finding === undefined ? counter + 1 : 100)
})

test('a wrong code costs the look-ahead window, six of them the budget; then two codes', () => {
  let state = at(100)
  for (let attempt = 0; attempt < 6; attempt++) {
    const wrong = one(state, 777_777)
    expect(wrong.verdict).toMatchObject({ reason: 'wrong-code', charged: { single: 10, wide: 0 } })
    state = wrong.state
  }
  expect(leftIn(state.throttle.single, startUs, defaultHotpPolicy.throttle)).toBe(0)
  expect(one(state, 100).verdict).toMatchObject({ reason: 'need-two-codes', finding: 'budget-empty' })
  expect(two(state, 101).verdict.result).toBe('accepted')
})

test('a wrong pair costs one wide search and a pause', () => {
  const { verdict, state } = two(at(100), 777_777, startUs, 'stranger')
  expect(verdict).toMatchObject({ reason: 'wrong-code', charged: { single: 0, wide: 1 } })
  expect(two(state, 101, startUs + secondsUs(1), 'stranger').verdict).toMatchObject({ reason: 'throttled' })
  expect(two(state, 101, startUs + secondsUs(2), 'stranger').verdict.result).toBe('accepted')
})

test('of two counters with one code the earlier is meant, so that the fob is not left behind', () => {
  const twin = (counter: number) => codeAt(counter === 105 ? 101 : counter)
  const { state } = verifyHotp(at(100), { code: codeAt(101), nowUs: startUs, codeAt: twin })
  expect(state.counter).toBe(102)
  const again = verifyHotp(state, { code: codeAt(101), nowUs: startUs, codeAt: twin })
  expect(again.verdict).toMatchObject({ reason: 'replayed' })
})

test("enabling begins at the seed file's counter, or at 0", () => {
  const attempt = { nowUs: startUs, codeAt, source: 'owner' }
  const fresh = enableHotp({ ...attempt, codes: [codeAt(0), codeAt(1)] })
  expect(fresh.state).toEqual({ counter: 2, lastUsedUs: startUs, throttle: freshThrottle })
  const later = enableHotp({ ...attempt, counter: 5000, codes: [codeAt(5600), codeAt(5601)] })
  expect(later.state?.counter).toBe(5602)
  expect(enableHotp({ ...attempt, counter: 5000, codes: [codeAt(0), codeAt(1)] }).state).toBeUndefined()
})

test('a window of one lets only the next code in', () => {
  const policy = hotpPolicy({ lookAheadWindow: 1 })
  const verdicts = [100, 101].map(
    counter => verifyHotp(at(100), { code: codeAt(counter), nowUs: startUs, codeAt }, policy).verdict.result,
  )
  expect(verdicts).toEqual(['accepted', 'rejected'])
})

test('the counter only moves forward, and no counter is accepted twice', () => {
  const tries = fc.array(fc.record({ pair: fc.boolean(), off: fc.integer({ min: -15, max: 1200 }) }), { maxLength: 60 })
  fc.assert(
    fc.property(tries, life => {
      let state = at(100)
      for (const [index, { pair, off }] of life.entries()) {
        const counter = state.counter + (index % 3 === 0 ? off : off % 12)
        const nowUs = startUs + index * secondsUs(100_000)
        const { verdict, state: next } = pair ? two(state, counter, nowUs) : one(state, counter, nowUs)
        if (verdict.result === 'accepted') {
          expect(counter).toBeGreaterThanOrEqual(state.counter)
          expect(next.counter).toBe(counter + 1)
        } else {
          expect(next.counter).toBe(state.counter)
        }
        state = next
      }
    }),
  )
})
