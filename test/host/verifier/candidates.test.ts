import { expect, test } from 'vitest'
import { acceptableSteps, sameCode, stepsShowing, widthOf } from '../../../host/verifier/candidates.ts'
import { hotpPolicy, defaultTotpPolicy as policy, totpPolicy } from '../../../host/verifier/policy.ts'
import { codeAt, secondsUs } from './a-fob.ts'

// With ε = 1 s and an age of 60 s, at the instant at which step 100 begins on the server's clock.
test.each([
  { loSeconds: 0, hiSeconds: 0, first: 97, last: 100 },
  { loSeconds: 1, hiSeconds: -1, first: 98, last: 99 },
  { loSeconds: 0.999_999, hiSeconds: -0.999_999, first: 97, last: 100 },
  { loSeconds: -29, hiSeconds: 29, first: 97, last: 100 },
  { loSeconds: -29.000_001, hiSeconds: 29.000_001, first: 96, last: 101 },
])('a clock between $loSeconds and $hiSeconds s: steps $first to $last', ({ loSeconds, hiSeconds, first, last }) => {
  const runs = { loUs: secondsUs(loSeconds), hiUs: secondsUs(hiSeconds) }
  expect(acceptableSteps(runs, secondsUs(3000), policy)).toEqual({ first, last })
})

test('an empty range has no width and shows nothing', () => {
  expect(widthOf({ first: 5, last: 4 })).toBe(0)
  expect(widthOf({ first: 5, last: 2 })).toBe(0)
  expect(stepsShowing([codeAt(5)], { first: 5, last: 4 }, codeAt)).toEqual([[]])
})

test('every step is looked at, whatever is found', () => {
  const looked: number[] = []
  const watched = (step: number) => {
    looked.push(step)
    return codeAt(step)
  }
  expect(stepsShowing([codeAt(3), codeAt(5)], { first: -2, last: 6 }, watched)).toEqual([[3], [5]])
  expect(looked).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test.each([
  ['123456', '123456', true],
  ['123456', '123457', false],
  ['023456', '123456', false],
  ['12345', '123456', false],
  ['12345é', '123456', false],
])('%s and %s: the same is %s', (a, b, same) => {
  expect(sameCode(a, b)).toBe(same)
})

test('a policy that lets nothing in is refused with its name', () => {
  expect(() => totpPolicy({ timeStep: { seconds: 0 } })).toThrow('timeStep must be more than 0, not 0')
  expect(() => totpPolicy({ acceptAge: { seconds: -1 } })).toThrow('acceptAge must be 0 or more')
  expect(() => totpPolicy({ crystal: { tolerancePpm: Number.NaN } })).toThrow('crystal.tolerancePpm')
  expect(() => hotpPolicy({ lookAheadWindow: 0 })).toThrow('lookAheadWindow')
})

test('a crystal named by a seed file changes that and nothing else', () => {
  const named = totpPolicy({ crystal: { tolerancePpm: 5 } })
  expect(named).toEqual({ ...policy, crystal: { ...policy.crystal, tolerancePpb: 5000 } })
})
