import { expect, test } from 'vitest'
import { driftTable, policies, simulateHabit, simulateRelay } from './drift-simulation.ts'

// As measured with many more fobs, refusals as parts of first tries. A few fobs give the mean to a tenth, and refusals so
// rare only in their order.
const published = {
  'model rate only': { daily: [0.0009, 4.7, 6], monthly: [0.0006, 10.5, 12], relay: [86, 219] },
  'as it is': { daily: [0.0016, 4.5, 6], monthly: [0.0006, 8.0, 11], relay: [79, 119] },
  'accepting 90 s': { daily: [0.0001, 5.5, 7], monthly: [0.0006, 9.0, 12], relay: [109, 149] },
} as const

test.each([
  { everyDays: 1, fobs: 12, habit: 'daily' },
  { everyDays: 30, fobs: 60, habit: 'monthly' },
] as const)(
  'a sign-in every $everyDays days: refusals and acceptable codes as published',
  ({ everyDays, fobs, habit }) => {
    for (const { name, policy } of policies) {
      const [refused, meanCodes, mostCodes] = published[name][habit]
      const result = simulateHabit(policy, { everyDays, fobs, years: 5, seed: 'as published' })
      expect(result.firstTries).toBeGreaterThan(3000)
      expect(result.refused).toBeLessThan(2 * refused + 0.001)
      expect(Math.abs(result.meanCodes - meanCodes)).toBeLessThan(0.4)
      expect(Math.abs(result.mostCodes - mostCodes)).toBeLessThanOrEqual(2)
    }
  },
)

test('a month of relayed codes: as old as published, and no older', () => {
  for (const { name, policy } of policies) {
    const [firstDay, lastDay] = published[name].relay
    const { firstDaySeconds, lastDaySeconds } = simulateRelay(policy, 20, 'as published')
    expect(Math.abs(firstDaySeconds - firstDay)).toBeLessThan(10)
    expect(Math.abs(lastDaySeconds - lastDay)).toBeLessThan(20)
  }
})

test('one seed, one result', () => {
  const [{ policy }] = policies
  const habit = { everyDays: 30, fobs: 2, years: 5, seed: 'again' }
  expect(simulateHabit(policy, habit)).toEqual(simulateHabit(policy, habit))
  expect(simulateHabit(policy, habit)).not.toEqual(simulateHabit(policy, { ...habit, seed: 'another' }))
})

test('the table has a row for each policy', () => {
  const [head, rule, ...rows] = driftTable(1, 'table')
  expect(head).toBe('| verifier | daily | every 30 days | relay 1 → 30 |')
  expect(rule).toBe('| --- | --- | --- | --- |')
  expect(rows).toHaveLength(3)
  for (const row of rows) expect(row).toMatch(/^\|( [^|]+ \|){4}$/)
})
