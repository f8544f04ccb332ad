/**
 * What an accepted code teaches. A code of step T, read off the fob at r and here at t, says TX − t ≤ δ < (T+1)X − t + (t − r).
 *
 * The lower edge holds for every code that the fob itself showed. The upper one needs a bound on how slowly people type,
 * which is policy, and has a floor. Both only narrow the prediction: the window moves with real time times the
 * crystal's worst rate, whatever is accepted and however often.
 */

import type { DriftState } from './drift-state.ts'
import { predict } from './interval.ts'
import type { TotpPolicy } from './policy.ts'

/** The state after one code, or two, inside the prediction. */
export function learn(state: DriftState, step: number, atUs: number, policy: TotpPolicy): DriftState {
  const { timeStepUs, serverErrorUs, learnAgeUs, floorUs } = policy
  const runs = predict(state, atUs, policy)
  const leastUs = step * timeStepUs - atUs - serverErrorUs
  const mostUs = (step + 1) * timeStepUs - atUs + learnAgeUs + serverErrorUs
  const loUs = Math.max(runs.loUs, Math.min(leastUs, runs.hiUs))
  const hiUs = Math.min(runs.hiUs, Math.max(mostUs, loUs + floorUs))
  return renewAnchors({ ...state, loUs, hiUs, atUs, lastStep: step }, policy)
}

/** The state after a step that was used and taught nothing: the prediction itself. */
export function learnNothing(state: DriftState, step: number, atUs: number, policy: TotpPolicy): DriftState {
  return renewAnchors({ ...state, ...predict(state, atUs, policy), atUs, lastStep: step }, policy)
}

/** The state after two codes far from the prediction: its clock was set, so that all it ran before is no history of it. */
export function startAfresh(state: DriftState, step: number, atUs: number, policy: TotpPolicy): DriftState {
  const { timeStepUs, serverErrorUs, acceptAgeUs } = policy
  return anchoredHere({
    ...state,
    loUs: step * timeStepUs - atUs - serverErrorUs,
    hiUs: (step + 1) * timeStepUs - atUs + acceptAgeUs + serverErrorUs,
    atUs,
    lastStep: step,
  })
}

/** The same state with its history beginning now. */
export function anchoredHere(state: DriftState): DriftState {
  const { loUs, hiUs, atUs } = state
  const here = { loUs, hiUs, atUs }
  return { ...state, anchors: [here, here] }
}

function renewAnchors(state: DriftState, { anchorEveryUs }: TotpPolicy): DriftState {
  const { loUs, hiUs, atUs } = state
  const [, newer] = state.anchors
  return atUs - newer.atUs < anchorEveryUs ? state : { ...state, anchors: [newer, { loUs, hiUs, atUs }] }
}
