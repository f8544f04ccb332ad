import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ageingUs, cutCrystal } from '../../../firmware-sim/parts/crystal.ts'
import { type DriftState, firstSeen } from '../../../host/verifier/drift-state.ts'
import { predict, rateAt } from '../../../host/verifier/interval.ts'
import { learn, startAfresh } from '../../../host/verifier/learn.ts'
import { defaultTotpPolicy as policy, totpPolicy } from '../../../host/verifier/policy.ts'
import { dayUs, secondUs, yearUs } from '../../../protocol/time/duration.ts'
import { daysUs, secondsUs, startUs } from './a-fob.ts'

const seen = firstSeen({ loUs: secondsUs(-10), hiUs: secondsUs(20), atUs: startUs })

test.each([
  { years: 0, leastPpm: -32, mostPpm: 20 },
  { years: 1, leastPpm: -35, mostPpm: 23 },
  { years: 3, leastPpm: -38, mostPpm: 26 },
  { years: 7, leastPpm: -41, mostPpm: 29 },
])('after $years years a crystal of the model gains $leastPpm to $mostPpm ppm', ({ years, leastPpm, mostPpm }) => {
  const rate = rateAt(seen, startUs + years * yearUs, policy)
  expect(rate).toEqual({ leastPpt: leastPpm * 1e6, mostPpt: mostPpm * 1e6 })
})

test('a crystal whose cut was measured gains what was measured, give or take what it was measured to', () => {
  const measured = totpPolicy({ crystal: { cutPpm: 15, tolerancePpm: 2 } })
  expect(rateAt(seen, startUs, measured)).toEqual({ leastPpt: 1e6, mostPpt: 17e6 })
})

test('a prediction widens by what the crystal may have gained, outward to the microsecond', () => {
  expect(predict(seen, startUs, policy)).toEqual({ loUs: seen.loUs, hiUs: seen.hiUs })
  const { loUs, hiUs } = predict(seen, startUs + 1, policy)
  expect({ loUs, hiUs }).toEqual({ loUs: seen.loUs - 1, hiUs: seen.hiUs + 1 })
  const later = predict(seen, startUs + dayUs, policy)
  // 32 ppm of a day is 2.76 s, 20 ppm are 1.73 s, and a day's ageing allowance is 12 ppb.
  expect((seen.loUs - later.loUs) / secondUs).toBeCloseTo(2.766, 2)
  expect((later.hiUs - seen.hiUs) / secondUs).toBeCloseTo(1.729, 2)
})

test('a server clock that was stepped back widens both edges by the worst rate', () => {
  const back = predict(seen, startUs - dayUs, policy)
  expect(seen.loUs - back.loUs).toBe(0.000_032 * dayUs)
  expect(back.hiUs - seen.hiUs).toBe(0.000_032 * dayUs)
})

test('the model rules for ninety days, then the history of the fob narrows it', () => {
  // It gained 10 ppm.
  const at = (days: number): DriftState => ({
    ...seen,
    loUs: days * dayUs * 1e-5 - secondUs,
    hiUs: days * dayUs * 1e-5 + secondUs,
    atUs: startUs + daysUs(days),
    anchors: [{ loUs: -secondUs, hiUs: secondUs, atUs: startUs }, seen],
  })
  const young = at(89)
  expect(rateAt(young, young.atUs, policy).leastPpt).toBeLessThan(-32e6)
  const known = at(100)
  const { leastPpt, mostPpt } = rateAt(known, known.atUs, policy)
  // 10 ppm, ±2 s in 100 days (0.23 ppm), ±12 ppm for another temperature, ±3 · 100/365.25 ppm for age.
  expect(leastPpt / 1e6).toBeCloseTo(10 - 0.231 - 12 - 0.821, 2)
  expect(mostPpt / 1e6).toBeCloseTo(20 + 3 * Math.log2(1 + 100 / 365.25), 2)
})

test('a history that no such crystal has is not believed', () => {
  const odd: DriftState = {
    ...seen,
    loUs: daysUs(1),
    hiUs: daysUs(1) + 1,
    atUs: startUs + daysUs(100),
  }
  const { leastPpt } = rateAt(odd, odd.atUs, policy)
  expect(leastPpt).toBeLessThan(-32e6)
})

test('a late code narrows to the floor and no further', () => {
  const wide = firstSeen({ loUs: -daysUs(1), hiUs: daysUs(1), atUs: startUs })
  const step = (startUs - secondsUs(10)) / policy.timeStepUs - 2
  const learnt = learn(wide, step, startUs, policy)
  // Of the step that ended 40 s ago: the fob is 71 to 9 s behind.
  expect([learnt.loUs, learnt.hiUs]).toEqual([secondsUs(-71), secondsUs(-9)])
  const narrow = learn({ ...learnt, hiUs: secondsUs(-40) }, step - 1, startUs, policy)
  expect([narrow.loUs, narrow.hiUs]).toEqual([secondsUs(-71), secondsUs(-40)])
  const floored = learn({ ...learnt, loUs: secondsUs(-50) }, step - 1, startUs, policy)
  expect([floored.loUs, floored.hiUs]).toEqual([secondsUs(-50), secondsUs(-20)])
})

test('an early code can only say that the clock is at the fast end', () => {
  const step = Math.floor(startUs / policy.timeStepUs) + 3
  const learnt = learn(seen, step, startUs, policy)
  expect([learnt.loUs, learnt.hiUs]).toEqual([seen.hiUs, seen.hiUs])
})

test('anchors are renewed after 180 days and the older one goes', () => {
  const first = learn(seen, 1e7, startUs + daysUs(179), policy)
  expect(first.anchors).toEqual(seen.anchors)
  const second = learn(first, 1e7 + 1, startUs + daysUs(181), policy)
  expect(second.anchors[0]).toEqual(seen.anchors[1])
  expect(second.anchors[1]).toEqual({ loUs: second.loUs, hiUs: second.hiUs, atUs: second.atUs })
})

test('a clock that was set begins a new history of the same crystal', () => {
  const atUs = startUs + daysUs(400)
  const step = Math.floor((atUs + secondsUs(3600)) / policy.timeStepUs)
  const afresh = startAfresh(seen, step, atUs, policy)
  expect(afresh.anchors.map(anchor => anchor.atUs)).toEqual([atUs, atUs])
  expect(afresh.bornAtUs).toBe(startUs)
  expect(afresh.lastStep).toBe(step)
  expect(afresh.hiUs - afresh.loUs).toBe(secondsUs(30 + 60 + 2))
})

const uses = fc.array(
  fc.record({
    gapHours: fc.oneof(fc.integer({ min: 0, max: 72 }), fc.integer({ min: 0, max: 24 * 400 })),
    slowPpm: fc.double({ min: 0, max: 12, noNaN: true }),
    typingSeconds: fc.double({ min: 0, max: 30, noNaN: true }),
  }),
  { minLength: 1, maxLength: 60 },
)

test('while the crystal keeps to its data sheet and people to theirs, δ never leaves the interval', () => {
  const crystals = fc.record({
    ppm: fc.double({ min: -20, max: 20, noNaN: true }),
    ageingPpm: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  // The server's own clock is off by less than ε.
  const serverErrors = fc.integer({ min: secondsUs(-0.9), max: secondsUs(0.9) })
  fc.assert(
    fc.property(crystals, serverErrors, uses, (options, errorUs, life) => {
      const crystal = cutCrystal(options, startUs)
      let nowUs = startUs
      let wornUs = secondsUs(5)
      let state = firstSeen({ loUs: secondsUs(-30), hiUs: secondsUs(30), atUs: startUs + errorUs })
      const deltaUs = () => wornUs + ageingUs(crystal, startUs, nowUs)
      for (const { gapHours, slowPpm, typingSeconds } of life) {
        const elapsedUs = secondsUs(3600 * gapHours + 60)
        nowUs += elapsedUs
        wornUs += (elapsedUs * (crystal.cutPpb - 1000 * slowPpm)) / 1e9
        const runs = predict(state, nowUs + errorUs, policy)
        expect(runs.loUs).toBeLessThanOrEqual(deltaUs())
        expect(runs.hiUs).toBeGreaterThanOrEqual(deltaUs())
        const readUs = nowUs - secondsUs(typingSeconds)
        const step = Math.floor((readUs + deltaUs()) / policy.timeStepUs)
        state = learn(state, step, nowUs + errorUs, policy)
        expect(state.loUs).toBeLessThanOrEqual(deltaUs())
        expect(state.hiUs).toBeGreaterThanOrEqual(deltaUs())
      }
    }),
    { numRuns: 300 },
  )
})

test('nothing walks the interval: it moves with real time × the worst rate, whatever is accepted', () => {
  const accepted = fc.record({
    elapsedUs: fc.integer({ min: 0, max: daysUs(40) }),
    off: fc.integer({ min: -20, max: 20 }),
  })
  fc.assert(
    fc.property(fc.array(accepted, { maxLength: 100 }), logins => {
      let state = seen
      for (const { elapsedUs, off } of logins) {
        const atUs = state.atUs + elapsedUs
        state = learn(state, Math.floor(atUs / policy.timeStepUs) + off, atUs, policy)
      }
      const elapsedUs = state.atUs - startUs
      const agePpm = 3 * Math.log2(1 + elapsedUs / yearUs)
      // Edges are rounded outward: by a microsecond at each login, and by a part in 10¹² of the time.
      const roundedUs = logins.length + 1 + elapsedUs * 1e-12
      expect(state.loUs).toBeGreaterThanOrEqual(seen.loUs - elapsedUs * (32 + agePpm) * 1e-6 - roundedUs)
      expect(state.hiUs).toBeLessThanOrEqual(seen.hiUs + elapsedUs * (20 + agePpm) * 1e-6 + roundedUs)
      expect(state.loUs).toBeLessThanOrEqual(state.hiUs)
    }),
  )
})

test('an accepted code only narrows the prediction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: daysUs(2000) }), fc.integer({ min: -50, max: 50 }), (elapsedUs, off) => {
      const atUs = startUs + elapsedUs
      const runs = predict(seen, atUs, policy)
      const { loUs, hiUs } = learn(seen, Math.floor(atUs / policy.timeStepUs) + off, atUs, policy)
      expect(loUs).toBeGreaterThanOrEqual(runs.loUs)
      expect(hiUs).toBeLessThanOrEqual(runs.hiUs)
    }),
  )
})
