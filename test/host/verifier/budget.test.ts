import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullBudget, leftIn, refund, reserve } from '../../../host/verifier/budget.ts'
import { defaultTotpPolicy } from '../../../host/verifier/policy.ts'
import { admit } from '../../../host/verifier/throttle.ts'
import { yearUs } from '../../../protocol/time/duration.ts'
import { daysUs, secondsUs, startUs } from './a-fob.ts'

const policy = defaultTotpPolicy.throttle

test('sixty millionths are spent, and come back at a thousand a year', () => {
  const empty = reserve(fullBudget, 60, startUs, policy)
  if (empty === undefined) throw new Error('a full budget holds sixty')
  expect(leftIn(empty, startUs, policy)).toBe(0)
  expect(reserve(empty, 1, startUs, policy)).toBeUndefined()
  expect(leftIn(empty, startUs + yearUs / 1000 - 1, policy)).toBe(0)
  expect(leftIn(empty, startUs + yearUs / 1000, policy)).toBe(1)
  expect(leftIn(empty, startUs + (60 * yearUs) / 1000, policy)).toBe(60)
  expect(leftIn(empty, startUs + daysUs(3000), policy)).toBe(60)
})

test('a refund gives back what was taken, and never more than a full budget', () => {
  const taken = reserve(fullBudget, 10, startUs, policy) ?? fullBudget
  expect(leftIn(refund(taken, 4, policy), startUs, policy)).toBe(54)
  expect(leftIn(refund(taken, 1000, policy), startUs, policy)).toBe(60)
})

test('a clock stepped back leaves less, never more', () => {
  const taken = reserve(fullBudget, 10, startUs, policy) ?? fullBudget
  expect(leftIn(taken, startUs - daysUs(1), policy)).toBe(47)
})

test('whatever is asked of it and when, it spends at most its capacity and its refill', () => {
  const asks = fc.array(fc.record({ elapsedUs: fc.nat(daysUs(3)), millionths: fc.integer({ min: 1, max: 70 }) }))
  fc.assert(
    fc.property(asks, list => {
      let budget = fullBudget
      let nowUs = startUs
      let spent = 0
      for (const { elapsedUs, millionths } of list) {
        nowUs += elapsedUs
        const left = leftIn(budget, nowUs, policy)
        const after = reserve(budget, millionths, nowUs, policy)
        expect(after !== undefined).toBe(millionths <= left)
        if (after === undefined) continue
        expect(leftIn(after, nowUs, policy)).toBe(left - millionths)
        spent += millionths
        budget = after
      }
      expect(spent).toBeLessThanOrEqual(60 + (nowUs - startUs) / policy.refillUs)
    }),
  )
})

test('a source waits its two seconds, eight sources fill them, and the list stays that short', () => {
  let list: ReturnType<typeof admit> = []
  for (let source = 0; source < 8; source++) list = admit(list ?? [], `${source}`, startUs, policy)
  expect(list).toHaveLength(8)
  expect(admit(list ?? [], 'ninth', startUs, policy)).toBeUndefined()
  expect(admit(list ?? [], '0', startUs + secondsUs(1), policy)).toBeUndefined()
  expect(admit(list ?? [], '0', startUs + secondsUs(2), policy)).toEqual([
    { source: '0', atUs: startUs + secondsUs(2) },
  ])
})

test('a server clock stepped back makes no source wait', () => {
  const list = admit([], 'owner', startUs, policy) ?? []
  expect(admit(list, 'owner', startUs - daysUs(1), policy)).toHaveLength(1)
})
