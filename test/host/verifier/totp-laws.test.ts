import fc from 'fast-check'
import { expect, test } from 'vitest'
import { acceptableSteps, widthOf } from '../../../host/verifier/candidates.ts'
import { predict } from '../../../host/verifier/interval.ts'
import { defaultTotpPolicy as policy } from '../../../host/verifier/policy.ts'
import { verifyTotp } from '../../../host/verifier/totp-verifier.ts'
import { replyOf } from '../../../host/verifier/verdict.ts'
import { yearUs } from '../../../protocol/time/duration.ts'
import { codeAt, daysUs, enabled, secondsUs, shownAt, signIn, signInTwice, startUs } from './a-fob.ts'

const tries = fc.array(
  fc.record({
    pair: fc.boolean(),
    // The server's clock is stepped back now and then.
    elapsedSeconds: fc.oneof(
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: 0, max: 86_400 }),
      fc.integer({ min: 0, max: 20 * 86_400 }),
      fc.integer({ min: -4000, max: 0 }),
    ),
    off: fc.oneof(fc.integer({ min: -6, max: 4 }), fc.integer({ min: -3000, max: 3000 })),
  }),
  { maxLength: 60 },
)

test('every step is accepted once, steps only go up, and refusals never learn', () => {
  let accepted = 0
  fc.assert(
    fc.property(tries, life => {
      let state = enabled()
      let nowUs = startUs
      const used = new Set([state.drift.lastStep])
      for (const { pair, elapsedSeconds, off } of life) {
        nowUs += secondsUs(elapsedSeconds)
        const step = shownAt(nowUs) + off
        const { verdict, state: next } = pair ? signInTwice(state, nowUs, step) : signIn(state, nowUs, step)
        if (verdict.result === 'rejected') {
          expect(next.drift).toEqual(state.drift)
        } else {
          accepted++
          expect(used).not.toContain(step)
          expect(next.drift.lastStep).toBe(step)
          expect(step).toBeGreaterThan(state.drift.lastStep)
          used.add(step)
        }
        expect(next.drift.loUs).toBeLessThanOrEqual(next.drift.hiUs)
        state = next
      }
    }),
    { numRuns: 200 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('a stranger with unlimited tries guesses no more than the budget allows', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 200, maxLength: 400 })
  fc.assert(
    fc.property(gaps, life => {
      let state = enabled()
      let nowUs = startUs
      let millionths = 0
      for (const gap of life) {
        nowUs += secondsUs(gap)
        const { verdict, state: next } = signIn(state, nowUs, 777_777)
        const width = widthOf(acceptableSteps(predict(state.drift, nowUs, policy), nowUs, policy))
        if (verdict.result === 'rejected' && verdict.reason === 'wrong-code') millionths += width
        state = next
      }
      expect(millionths).toBeLessThanOrEqual(60 + (1000 * (nowUs - startUs)) / yearUs)
    }),
    { numRuns: 50 },
  )
})

test('a thousand guesses that come at once are charged, or not looked at', () => {
  let state = enabled()
  let looked = 0
  for (let guess = 0; guess < 1000; guess++) {
    const decision = signIn(state, startUs + daysUs(1), 700_000 + guess)
    if (decision.verdict.result === 'rejected' && decision.verdict.reason === 'wrong-code') looked++
    state = decision.state
  }
  expect(looked).toBe(10)
})

test('wrong, stale, early and unknown codes get the same answer for the same work', () => {
  const nowUs = startUs + daysUs(1)
  const answers = [-10, 10, 100_000, -100_000].map(off => {
    let hmacs = 0
    const counted = (step: number) => {
      hmacs++
      return codeAt(step)
    }
    const { verdict } = signInCounted(shownAt(nowUs) + off, counted)
    return { reply: replyOf(verdict), finding: verdict.result === 'rejected' && verdict.finding, hmacs }
  })
  expect(answers.map(({ finding }) => finding)).toEqual(['stale', 'early', 'unknown', 'unknown'])
  expect(new Set(answers.map(({ reply }) => JSON.stringify(reply)))).toEqual(
    new Set(['{"result":"rejected","reason":"wrong-code"}']),
  )
  expect(new Set(answers.map(({ hmacs }) => hmacs)).size).toBe(1)

  function signInCounted(step: number, counted: typeof codeAt) {
    return verifyTotp(enabled(), { code: codeAt(step), nowUs, codeAt: counted })
  }
})
