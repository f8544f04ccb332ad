/**
 * Where a fob's clock must be by now: the last interval, widened by all that its crystal may have done since.
 *
 * By induction: δ in the interval and a rate in [least, most] put δ into the widened interval. Edges round outward.
 */

import { yearUs } from '../../protocol/time/duration.ts'
import { mulDivCeil, mulDivFloor } from '../../protocol/time/mul-div.ts'
import type { DriftState, Interval } from './drift-state.ts'
import type { TotpPolicy } from './policy.ts'

/** Bounds of what the device's clock gains, in parts per 10¹²: a whole ppb is 9 ms in a hundred days. */
export interface Rate {
  readonly leastPpt: number
  readonly mostPpt: number
}

const pptPerPpb = 1000
const pptOfOne = 1e12

/** Bounds of δ when the server's clock reads `atUs`. */
export function predict(state: DriftState, atUs: number, policy: TotpPolicy): Interval {
  const elapsedUs = atUs - state.atUs
  const { leastPpt, mostPpt } = rateAt(state, atUs, policy)
  if (elapsedUs >= 0) {
    return {
      loUs: state.loUs + mulDivFloor(elapsedUs, leastPpt, pptOfOne),
      hiUs: state.hiUs + mulDivCeil(elapsedUs, mostPpt, pptOfOne),
    }
  }
  // The server's clock was stepped back: how much time has passed is unknown, so both edges give way.
  const slackUs = mulDivCeil(-elapsedUs, Math.max(-leastPpt, mostPpt), pptOfOne)
  return { loUs: state.loUs - slackUs, hiUs: state.hiUs + slackUs }
}

/** The crystal's model, and the fob's own history once that is long enough. Told anew each time, never accumulated. */
export function rateAt(state: DriftState, atUs: number, policy: TotpPolicy): Rate {
  const model = modelRate(state, atUs, policy)
  const [older] = state.anchors
  const spanUs = state.atUs - older.atUs
  if (spanUs < policy.learnRateAfterUs) return model
  const { temperaturePpb, ageingPpbPerYear } = policy.crystal
  // What was is not what will be: another temperature, and older by the whole time since the anchor.
  const sinceUs = Math.max(state.atUs, atUs) - older.atUs
  const marginPpt = temperaturePpb * pptPerPpb + mulDivCeil(ageingPpbPerYear * pptPerPpb, sinceUs, yearUs)
  const leastPpt = Math.max(model.leastPpt, mulDivFloor(state.loUs - older.hiUs, pptOfOne, spanUs) - marginPpt)
  const mostPpt = Math.min(model.mostPpt, mulDivCeil(state.hiUs - older.loUs, pptOfOne, spanUs) + marginPpt)
  // A history that no such crystal has: its clock was meddled with, and the model is all that is left.
  return leastPpt <= mostPpt ? { leastPpt, mostPpt } : model
}

/** Not symmetric: off 25 °C a tuning fork only slows down. */
function modelRate({ bornAtUs, atUs: seenUs }: DriftState, atUs: number, { crystal }: TotpPolicy): Rate {
  const years = Math.max(0, Math.max(seenUs, atUs) - bornAtUs) / yearUs
  const agePpt = Math.ceil(crystal.ageingPpbPerYear * pptPerPpb * Math.log2(1 + years))
  const cutPpt = crystal.cutPpb * pptPerPpb
  const eitherWayPpt = crystal.tolerancePpb * pptPerPpb + agePpt
  return {
    leastPpt: cutPpt - eitherWayPpt - crystal.temperaturePpb * pptPerPpb,
    mostPpt: cutPpt + eitherWayPpt,
  }
}
