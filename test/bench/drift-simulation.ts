/**
 * The verifier against years of people and fobs: how often a first try is refused, how many codes are good at a time, and how
 * old a code can become that somebody relays. Crystals are cut within ±20 ppm; people type in 9 s, and 3 % of them dawdle.
 */

import { acceptableSteps, widthOf } from '../../host/verifier/candidates.ts'
import { predict } from '../../host/verifier/interval.ts'
import { defaultTotpPolicy, type TotpPolicy, totpPolicy } from '../../host/verifier/policy.ts'
import { enableTotp, type TotpState, verifyTotp, verifyTotpPair } from '../../host/verifier/totp-verifier.ts'
import { stepOf } from '../../protocol/oath/totp.ts'
import { dayUs, secondUs } from '../../protocol/time/duration.ts'
import { type Entropy, seededEntropy } from '../../protocol/time/entropy.ts'
import { between, type FobLife, liveFor } from './fob-life.ts'

export interface Habit {
  readonly everyDays: number
  readonly fobs: number
  readonly years: number
  readonly seed: string
}

export interface HabitResult {
  readonly firstTries: number
  /** Of the first tries, in parts of 1. */
  readonly refused: number
  readonly meanCodes: number
  readonly mostCodes: number
}

export interface RelayResult {
  /** Age of the oldest code still taken, counted from the end of its step, in seconds: on the first day of relaying … */
  readonly firstDaySeconds: number
  /** … and on the thirtieth. */
  readonly lastDaySeconds: number
}

/** The rows of the table that are ours. */
export const policies = [
  { name: 'model rate only', policy: { ...defaultTotpPolicy, learnRateAfterUs: Number.POSITIVE_INFINITY } },
  { name: 'as it is', policy: defaultTotpPolicy },
  { name: 'accepting 90 s', policy: totpPolicy({ acceptAge: { seconds: 90 } }) },
] as const

const bornUs = 1_767_225_600 * secondUs

/** Eight digits, so that no two steps share a code. */
const codeAt = (step: number) => String(step).padStart(8, '0')

/** People who sign in every so many days, for years. Who is refused tries the next code, and then two. */
export function simulateHabit(policy: TotpPolicy, { everyDays, fobs, years, seed }: Habit): HabitResult {
  let [firstTries, refused, codes, mostCodes] = [0, 0, 0, 0]
  for (let fob = 0; fob < fobs; fob++) {
    const entropy = seededEntropy(`${seed}/${fob}`)
    const life = liveFor(years, between(-20, 20, entropy), bornUs, entropy)
    let state = enable(life, policy)
    for (let day = everyDays; day < years * 365; day += everyDays) {
      // At nine, or an hour or two beside it.
      const pressedUs = bornUs + Math.round((day + 9 / 24) * dayUs + between(-7200, 7200, entropy) * secondUs)
      const { verdict, state: next } = typeCode(state, life, pressedUs, policy, entropy)
      const width = widthOf(verdict.evidence.acceptable)
      firstTries++
      codes += width
      mostCodes = Math.max(mostCodes, width)
      state = next
      if (verdict.result === 'accepted') continue
      refused++
      state = tryAgain(state, life, pressedUs + 120 * secondUs, policy, entropy)
    }
  }
  return { firstTries, refused: refused / firstTries, meanCodes: codes / firstTries, mostCodes }
}

/**
 * After a year of daily use, someone relays the oldest code that is still good, once a day for thirty days.
 * The fobs are those with the most to give: 20 ppm fast, so that the interval's slow edge moves away from the truth.
 */
export function simulateRelay(policy: TotpPolicy, fobs: number, seed: string): RelayResult {
  let [firstDay, lastDay] = [0, 0]
  for (let fob = 0; fob < fobs; fob++) {
    const entropy = seededEntropy(`${seed}/${fob}`)
    const life = liveFor(2, 20, bornUs, entropy)
    let state = enable(life, policy)
    for (let day = 1; day <= 395; day++) {
      const nowUs = bornUs + Math.round((day + 9 / 24) * dayUs + between(0, 7200, entropy) * secondUs)
      if (day <= 365) {
        state = typeCode(state, life, nowUs, policy, entropy).state
        continue
      }
      const relay = oldestCode(state, life, nowUs, policy)
      if (day === 366) firstDay += relay.ageSeconds
      if (day === 395) lastDay += relay.ageSeconds
      state = relay.state
    }
  }
  return { firstDaySeconds: firstDay / fobs, lastDaySeconds: lastDay / fobs }
}

/** The table, in Markdown: two minutes for a thousand fobs. */
export function driftTable(fobs: number, seed: string): readonly string[] {
  const percent = (part: number) => `${(100 * part).toFixed(2)} %`
  const cell = ({ refused, meanCodes, mostCodes }: HabitResult) =>
    `${percent(refused)} / ${meanCodes.toFixed(1)} (${mostCodes})`
  const rows = policies.map(({ name, policy }) => {
    const habits = [1, 30].map(everyDays => simulateHabit(policy, { everyDays, fobs, years: 5, seed }))
    const { firstDaySeconds, lastDaySeconds } = simulateRelay(policy, Math.ceil(fobs / 20), seed)
    const relay = `${firstDaySeconds.toFixed(0)} → ${lastDaySeconds.toFixed(0)} s`
    return [name, ...habits.map(cell), relay]
  })
  const head = ['verifier', 'daily', 'every 30 days', 'relay 1 → 30']
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

function enable(life: FobLife, policy: TotpPolicy): TotpState {
  const step = stepShown(life, bornUs, policy)
  const attempt = { nowUs: bornUs + 9 * secondUs, codeAt, source: 'owner' }
  const { state } = enableTotp({ ...attempt, codes: [codeAt(step - 1), codeAt(step)] }, policy)
  if (state === undefined) throw new Error('a fob within a day of the server’s time was not enabled')
  return state
}

function typeCode(state: TotpState, life: FobLife, pressedUs: number, policy: TotpPolicy, entropy: Entropy) {
  const nowUs = pressedUs + typingUs(entropy)
  return verifyTotp(state, { code: codeAt(stepShown(life, pressedUs, policy)), nowUs, codeAt }, policy)
}

function tryAgain(state: TotpState, life: FobLife, pressedUs: number, policy: TotpPolicy, entropy: Entropy): TotpState {
  const single = typeCode(state, life, pressedUs, policy, entropy)
  if (single.verdict.result === 'accepted') return single.state
  const laterUs = pressedUs + 120 * secondUs
  const step = stepShown(life, laterUs, policy)
  const attempt = { nowUs: laterUs + typingUs(entropy), codeAt, source: 'owner' }
  return verifyTotpPair(single.state, { ...attempt, codes: [codeAt(step - 1), codeAt(step)] }, policy).state
}

/** At the second of the step at which the oldest acceptable code is oldest. */
function oldestCode(state: TotpState, life: FobLife, fromUs: number, policy: TotpPolicy) {
  const moments = Array.from({ length: 30 }, (_, second) => {
    const nowUs = fromUs + second * secondUs
    const step = acceptableSteps(predict(state.drift, nowUs, policy), nowUs, policy).first
    const endedUs = (step + 1) * policy.timeStepUs - life.deltaUsAt(nowUs)
    return { nowUs, step, ageSeconds: (nowUs - endedUs) / secondUs }
  })
  const { nowUs, step, ageSeconds } = moments.reduce((a, b) => (b.ageSeconds > a.ageSeconds ? b : a))
  const decision = verifyTotp(state, { code: codeAt(step), nowUs, codeAt }, policy)
  if (decision.verdict.result === 'rejected') throw new Error('the oldest acceptable code was refused')
  return { ageSeconds, state: decision.state }
}

function stepShown(life: FobLife, nowUs: number, { timeStepUs }: TotpPolicy): number {
  return stepOf(nowUs + life.deltaUsAt(nowUs), timeStepUs)
}

/** From the look at the display to the arrival: log-normal about 9 s; three in a hundred dawdle 30 to 90 s. */
function typingUs(entropy: Entropy): number {
  if (between(0, 1, entropy) < 0.03) return Math.round(between(30, 90, entropy) * secondUs)
  const normal = Math.sqrt(-2 * Math.log(1 - between(0, 1, entropy))) * Math.cos(2 * Math.PI * between(0, 1, entropy))
  return Math.round(9 * Math.exp(0.5 * normal) * secondUs)
}
