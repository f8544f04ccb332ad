import { expect, test } from 'vitest'
import { reserve } from '../../../host/verifier/budget.ts'
import { totpPolicy } from '../../../host/verifier/policy.ts'
import type { Throttle } from '../../../host/verifier/throttle.ts'
import { enableTotp, type TotpState, verifyTotp, verifyTotpPair } from '../../../host/verifier/totp-verifier.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { codeAt, daysUs, enabled, secondsUs, shownAt, signIn, signInTwice, startUs } from './a-fob.ts'

const minuteLaterUs = startUs + secondsUs(60)

/** With nothing left for single codes. */
function exhausted(state: TotpState, nowUs: number): TotpState {
  const policy = totpPolicy().throttle
  const single = reserve(state.throttle.single, policy.capacity, nowUs, policy)
  if (single === undefined) throw new Error('there was not enough to take')
  return { ...state, throttle: { ...state.throttle, single } }
}

test('a code is accepted, once, and its step is the last one', () => {
  const step = shownAt(minuteLaterUs)
  const first = signIn(enabled(), minuteLaterUs, step)
  expect(first.verdict).toMatchObject({ result: 'accepted', learnt: 'more', evidence: { step } })
  expect(first.state.drift.lastStep).toBe(step)
  const second = signIn(first.state, minuteLaterUs, step)
  expect(second.verdict).toMatchObject({ result: 'rejected', reason: 'replayed' })
  expect(second.state).toEqual(first.state)
})

test('real codes: the HMAC stays with the caller', () => {
  const key = secretKey(Buffer.from('12345678901234567890'))
  const real = (step: number) => hotp(key, step)
  const now = shownAt(startUs)
  const { state } = enableTotp({ codes: [real(now - 1), real(now)], nowUs: startUs, codeAt: real, source: 'owner' })
  if (state === undefined) throw new Error('not enabled')
  const attempt = { code: real(now + 2), nowUs: minuteLaterUs, codeAt: real }
  expect(verifyTotp(state, attempt).verdict).toMatchObject({ result: 'accepted' })
})

// Enabled at ten seconds into a step, the fob may be 11 s behind to 51 s ahead.
test.each([
  { off: -5, finding: 'already-used' },
  { off: -4, finding: 'already-used' },
  { off: 0, finding: undefined },
  { off: 1, finding: undefined },
  { off: 2, finding: undefined },
  { off: 3, finding: 'early' },
  { off: 15, finding: 'early' },
  { off: 40, finding: 'unknown' },
])('a minute after enabling, a code $off steps from the one on display: $finding', ({ off, finding }) => {
  const { verdict } = signIn(enabled(), minuteLaterUs, shownAt(minuteLaterUs) + off)
  expect(verdict).toMatchObject(
    finding === undefined ? { result: 'accepted' } : { result: 'rejected', reason: 'wrong-code', finding },
  )
})

test.each([
  { ageSteps: 3, result: 'accepted' },
  { ageSteps: 4, result: 'rejected' },
  { ageSteps: 5, result: 'rejected' },
])('a day later, a code $ageSteps steps old is $result', ({ ageSteps, result }) => {
  const nowUs = startUs + daysUs(1)
  const { verdict } = signIn(enabled(), nowUs, shownAt(nowUs) - ageSteps)
  expect(verdict.result).toBe(result)
  if (verdict.result === 'rejected') expect(verdict).toMatchObject({ reason: 'wrong-code', finding: 'stale' })
})

test.each(['', '12345', '1234567', '12a456', '١٢٣٤٥٦', ' 12345'])('%j is no code, and costs nothing', code => {
  const state = enabled()
  const decision = verifyTotp(state, { code, nowUs: minuteLaterUs, codeAt })
  expect(decision.verdict).toMatchObject({ result: 'rejected', reason: 'malformed', charged: { single: 0, wide: 0 } })
  expect(decision.state).toEqual(state)
})

test('a wrong code costs the steps it could have been of, and a success gives its own session that back', () => {
  const state = enabled()
  const wrong = signIn(state, minuteLaterUs, 777_777)
  if (wrong.verdict.result !== 'rejected') throw new Error('accepted')
  const { first, last } = wrong.verdict.evidence.acceptable
  expect(wrong.verdict.charged).toEqual({ single: last - first + 1, wide: 0 })
  expect(wrong.state.drift).toEqual(state.drift)

  const right = { code: codeAt(shownAt(minuteLaterUs)), nowUs: minuteLaterUs, codeAt }
  const elsewhere = verifyTotp(wrong.state, right)
  expect(elsewhere.state.throttle).toEqual(wrong.state.throttle)
  const same = verifyTotp(wrong.state, { ...right, session: wrong.verdict.charged })
  expect(same.state.throttle.single.fullAtUs).toBe(minuteLaterUs)
})

test('a code that two steps show: the later one is used, and nothing is learnt', () => {
  const state = enabled()
  const nowUs = startUs + daysUs(1)
  const now = shownAt(nowUs)
  const twin = (step: number) => (step === now - 1 ? codeAt(now) : codeAt(step))
  const { verdict, state: next } = verifyTotp(state, { code: codeAt(now), nowUs, codeAt: twin })
  expect(verdict).toMatchObject({ result: 'accepted', learnt: 'nothing', evidence: { step: now } })
  expect(next.drift.lastStep).toBe(now)
  const { verdict: learnt, state: narrowed } = signIn(state, nowUs, now)
  expect(learnt).toMatchObject({ learnt: 'more' })
  expect(next.drift.hiUs - next.drift.loUs).toBeGreaterThan(narrowed.drift.hiUs - narrowed.drift.loUs)
})

test('a year in a drawer: one code is not enough, two are, and the history stays', () => {
  const state = enabled()
  const nowUs = startUs + daysUs(365)
  const step = shownAt(nowUs, secondsUs(-500))
  const one = signIn(state, nowUs, step)
  expect(one.verdict).toMatchObject({ reason: 'need-two-codes', finding: 'clock-uncertain' })
  expect(one.state).toEqual(state)
  const two = signInTwice(state, nowUs, step)
  expect(two.verdict).toMatchObject({ result: 'accepted', learnt: 'more' })
  expect(two.state.drift.anchors[0]).toEqual(state.drift.anchors[1])
})

test('battery changed and the clock right: accepted as ever', () => {
  const nowUs = startUs + daysUs(20)
  expect(signIn(enabled(), nowUs, shownAt(nowUs, secondsUs(-4))).verdict.result).toBe('accepted')
})

test('battery changed and the clock minutes off: two codes, and a new history', () => {
  const state = enabled()
  const nowUs = startUs + daysUs(20)
  const step = shownAt(nowUs, secondsUs(3600))
  const one = signIn(state, nowUs, step)
  expect(one.verdict).toMatchObject({ result: 'rejected', reason: 'wrong-code' })
  const two = signInTwice(one.state, nowUs, step)
  expect(two.verdict).toMatchObject({ result: 'accepted', learnt: 'afresh' })
  expect(two.state.drift.anchors.map(({ atUs }) => atUs)).toEqual([nowUs, nowUs])
  const tomorrow = nowUs + daysUs(1)
  expect(signIn(two.state, tomorrow, shownAt(tomorrow, secondsUs(3600))).verdict.result).toBe('accepted')
})

test('a clock set back below the last step is refused even with two codes, until the fob is enabled again', () => {
  const nowUs = startUs + daysUs(20)
  const { state } = signIn(enabled(), nowUs, shownAt(nowUs))
  const soonUs = nowUs + secondsUs(600)
  const step = shownAt(soonUs, secondsUs(-3600))
  const two = signInTwice(state, soonUs, step)
  expect(two.verdict).toMatchObject({ result: 'rejected', reason: 'wrong-code', finding: 'already-used' })
  expect(two.state.drift).toEqual(state.drift)
  const codes = [codeAt(step - 1), codeAt(step)] as const
  const again = enableTotp({ codes, nowUs: soonUs, codeAt, source: 'administrator' })
  expect(again.state?.drift.lastStep).toBe(step)
})

test.each([-3600, 3600])('a server clock stepped by %i s opens no replay, and nothing of it is learnt', jump => {
  const nowUs = startUs + daysUs(1)
  const used = shownAt(nowUs)
  const { state } = signIn(enabled(), nowUs, used)
  const steppedUs = nowUs + secondsUs(jump)
  const replay = signIn(state, steppedUs, used)
  expect(replay.verdict).toMatchObject({ reason: 'replayed' })
  const fresh = signIn(state, steppedUs, used + 1)
  expect(fresh.verdict).toMatchObject({ result: 'rejected', reason: 'wrong-code' })
  expect(fresh.state.drift).toEqual(state.drift)
  const later = nowUs + secondsUs(90)
  expect(signIn(fresh.state, later, shownAt(later)).verdict.result).toBe('accepted')
})

test('a server clock stepped back by less than the interval refuses no one', () => {
  const nowUs = startUs + daysUs(1)
  const { state } = signIn(enabled(), nowUs, shownAt(nowUs))
  // 70 s have passed, the server thinks that it was −50 s.
  const { verdict, state: next } = signIn(state, nowUs - secondsUs(50), shownAt(nowUs + secondsUs(70)))
  expect(verdict).toMatchObject({ result: 'rejected', finding: 'early' })
  expect(next.drift).toEqual(state.drift)
  const soon = signIn(state, nowUs - secondsUs(5), shownAt(nowUs + secondsUs(25)))
  expect(soon.verdict.result).toBe('accepted')
  expect(soon.state.drift.atUs).toBe(nowUs - secondsUs(5))
})

test('with an empty budget one code is not looked at, and the owner still gets in with two', () => {
  const state = exhausted(enabled(), minuteLaterUs)
  const step = shownAt(minuteLaterUs)
  const one = signIn(state, minuteLaterUs, step)
  expect(one.verdict).toMatchObject({ reason: 'need-two-codes', finding: 'budget-empty' })
  expect(one.state).toEqual(state)
  const later = minuteLaterUs + secondsUs(30)
  expect(signInTwice(state, later, step + 1).verdict.result).toBe('accepted')
})

test('a pair whose first half was used is refused, and so is one in the wrong order', () => {
  const state = enabled()
  const step = state.drift.lastStep
  const attempt = { nowUs: minuteLaterUs, codeAt, source: 'owner' }
  const halfUsed = verifyTotpPair(state, { ...attempt, codes: [codeAt(step), codeAt(step + 1)] })
  expect(halfUsed.verdict).toMatchObject({ result: 'rejected', reason: 'replayed' })
  const halfSeen = verifyTotpPair(
    { ...state, drift: { ...state.drift, lastStep: step + 1 } },
    { ...attempt, codes: [codeAt(step), codeAt(step + 2)] },
  )
  expect(halfSeen.verdict).toMatchObject({ result: 'rejected', reason: 'wrong-code', finding: 'not-consecutive' })
  const reversed = verifyTotpPair(state, { ...attempt, codes: [codeAt(step + 2), codeAt(step + 1)] })
  expect(reversed.verdict).toMatchObject({ reason: 'wrong-code', finding: 'not-consecutive' })
})

test('a wrong pair costs one wide search, and the wide search ends with its budget; near by, pairs stay good', () => {
  let state = enabled()
  const far = shownAt(startUs, secondsUs(40_000))
  const nowUs = startUs
  for (let attempt = 0; attempt < 60; attempt++) {
    const wrong = signInTwice(state, nowUs, 777_777, `stranger ${attempt}`, totpPolicy({ throttle: { sources: 100 } }))
    expect(wrong.verdict).toMatchObject({ reason: 'wrong-code', charged: { single: 0, wide: 1 } })
    state = wrong.state
  }
  const soonUs = nowUs + secondsUs(63)
  expect(signInTwice(state, soonUs, far + 5).verdict).toMatchObject({ reason: 'wrong-code', finding: 'unknown' })
  expect(signInTwice(enabled(), soonUs, far + 5).verdict).toMatchObject({ result: 'accepted', learnt: 'afresh' })
  expect(signInTwice(state, soonUs, shownAt(soonUs)).verdict).toMatchObject({ result: 'accepted' })
})

test('after a wrong pair a source waits two seconds; another one does not', () => {
  const { state } = signInTwice(enabled(), minuteLaterUs, 777_777, 'stranger')
  const step = shownAt(minuteLaterUs)
  const soon = signInTwice(state, minuteLaterUs + secondsUs(1.999), step, 'stranger')
  expect(soon.verdict).toMatchObject({ reason: 'throttled', finding: 'too-soon' })
  expect(soon.state).toEqual(state)
  expect(signInTwice(state, minuteLaterUs, step, 'owner').verdict.result).toBe('accepted')
  expect(signInTwice(state, minuteLaterUs + secondsUs(2), step, 'stranger').verdict.result).toBe('accepted')
})

test('enabling takes two consecutive codes, anywhere within a day', () => {
  const attempt = { nowUs: startUs, codeAt, source: 'owner' }
  const step = shownAt(startUs, secondsUs(-80_000))
  const found = enableTotp({ ...attempt, codes: [codeAt(step - 1), codeAt(step)] })
  expect(found.verdict).toMatchObject({ result: 'accepted', evidence: { step } })
  expect(found.state?.drift).toMatchObject({ lastStep: step, bornAtUs: startUs })
  const beyond = shownAt(startUs, secondsUs(90_000))
  const missed = enableTotp({ ...attempt, codes: [codeAt(beyond - 1), codeAt(beyond)] })
  expect(missed).toMatchObject({ verdict: { result: 'rejected', reason: 'wrong-code' }, state: undefined })
  const apart = enableTotp({ ...attempt, codes: [codeAt(step), codeAt(step + 2)] })
  expect(apart).toMatchObject({ verdict: { reason: 'wrong-code', finding: 'not-consecutive' }, state: undefined })
})

test('enabling is paced by source and bounded by the wide budget, which is stored with the device until it is enabled', () => {
  let throttle: Throttle | undefined
  let nowUs = startUs
  const enable = (codes: readonly [string, string]) => {
    const decision = enableTotp({ codes, nowUs, codeAt, source: 'stranger', ...(throttle && { throttle }) })
    throttle = decision.throttle
    return decision
  }
  const findings: Record<string, number> = {}
  for (let guess = 0; guess < 100; guess++) {
    const seen = shownAt(nowUs)
    const { verdict } = enable([codeAt(seen), codeAt(seen + 2)])
    if (verdict.result === 'rejected') findings[verdict.finding] = (findings[verdict.finding] ?? 0) + 1
    nowUs += secondsUs(guess % 2 === 0 ? 1 : 2)
  }
  expect(findings).toEqual({ 'not-consecutive': 50, 'too-soon': 50 })
  for (let guess = 0; guess < 20; guess++) {
    nowUs += secondsUs(2)
    enable(['000000', '000001'])
  }
  const step = shownAt(nowUs)
  nowUs += secondsUs(2)
  expect(enable([codeAt(step - 1), codeAt(step)]).verdict).toMatchObject({ finding: 'pairs-exhausted' })
  nowUs += daysUs(1)
  const later = shownAt(nowUs)
  expect(enable([codeAt(later - 1), codeAt(later)]).verdict.result).toBe('accepted')
})

test("enabling looks where the seed file's drift says, widened to now, and by the server's time", () => {
  const atUs = startUs - daysUs(500)
  const timeDrift = { steps: 6000, atUs }
  const attempt = { nowUs: startUs, codeAt, source: 'owner', timeDrift }
  const there = shownAt(startUs, secondsUs(6000 * 30 + 300))
  const found = enableTotp({ ...attempt, codes: [codeAt(there - 1), codeAt(there)] })
  expect(found.verdict).toMatchObject({ result: 'accepted', learnt: 'more' })
  expect(found.state?.drift.bornAtUs).toBe(atUs)
  expect(found.state?.drift.anchors.map(anchor => anchor.atUs)).toEqual([startUs, startUs])
  const here = shownAt(startUs)
  const set = enableTotp({ ...attempt, codes: [codeAt(here - 1), codeAt(here)] })
  expect(set.verdict).toMatchObject({ result: 'accepted', learnt: 'afresh' })
  const nowhere = shownAt(startUs, secondsUs(-6000 * 30))
  expect(enableTotp({ ...attempt, codes: [codeAt(nowhere - 1), codeAt(nowhere)] }).state).toBeUndefined()
})

test('a step of 60 s', () => {
  const policy = totpPolicy({ timeStep: { seconds: 60 } })
  const nowUs = startUs + daysUs(30)
  const { verdict } = signIn(enabled(0, policy), nowUs, shownAt(nowUs, secondsUs(-60), policy), policy)
  expect(verdict.result).toBe('accepted')
})

test('a state survives the store', () => {
  const wrong = signInTwice(signIn(enabled(), minuteLaterUs, 777_777).state, minuteLaterUs, 777_777).state
  expect(JSON.parse(JSON.stringify(wrong))).toEqual(wrong)
})
