/** How far a verifier believes a fob, and how much guessing it bears: plain numbers, built from durations and ppm. */

import { type Duration, toUs, yearUs } from '../../protocol/time/duration.ts'

/** What a crystal may do, in ppb; ±20 ppm, then the slowing off 25 °C, then ageing, as on its data sheet. */
export interface CrystalPolicy {
  /** What the vendor measured at 25 °C, for this very fob; 0 when nobody did. */
  readonly cutPpb: number
  /** Either way, at 25 °C. */
  readonly tolerancePpb: number
  /** Slower only: a tuning fork has its highest frequency at 25 °C. */
  readonly temperaturePpb: number
  /** Either way, in the first year; each doubling of 1 + years adds as much again. */
  readonly ageingPpbPerYear: number
}

/** Guessing in probability: a millionth is the chance of one guess at six digits. */
export interface ThrottlePolicy {
  /** Millionths a full budget holds. */
  readonly capacity: number
  /** Time in which one millionth comes back. */
  readonly refillUs: number
  /** One wrong pair of codes a source in this time. */
  readonly paceUs: number
  /** Sources that may be wrong at once, within `paceUs`. */
  readonly sources: number
}

export interface TotpPolicy {
  readonly timeStepUs: number
  /** How old a code may be that is let in. */
  readonly acceptAgeUs: number
  /** How old a code is believed to be by what it teaches. */
  readonly learnAgeUs: number
  /** No code narrows the interval further than this: a late one must not cut the truth off. */
  readonly floorUs: number
  /** How wrong the server's own clock may be. */
  readonly serverErrorUs: number
  /** More acceptable steps than this, and one code is not enough. */
  readonly maxSteps: number
  /** How far from the server's time two consecutive codes are looked for. */
  readonly resyncReachUs: number
  /** From this span of observation on, the fob's own rate is told from its model's. */
  readonly learnRateAfterUs: number
  readonly anchorEveryUs: number
  readonly crystal: CrystalPolicy
  readonly throttle: ThrottlePolicy
}

export interface HotpPolicy {
  /** RFC 4226 §7.4, s: counters that one code is looked for in. */
  readonly lookAheadWindow: number
  /** Counters that two consecutive codes are looked for in. */
  readonly resyncWindow: number
  readonly throttle: ThrottlePolicy
}

export interface ThrottleOptions {
  /** Millionths; 60. */
  readonly capacity?: number
  /** Millionths; 1000. */
  readonly refillPerYear?: number
  /** 2 s. */
  readonly pace?: Duration
  /** 8. */
  readonly sources?: number
}

export interface TotpPolicyOptions {
  /** 30 s. */
  readonly timeStep?: Duration
  /** 60 s. */
  readonly acceptAge?: Duration
  /** 30 s. */
  readonly learnAge?: Duration
  /** 30 s. */
  readonly floor?: Duration
  /** 1 s. */
  readonly serverError?: Duration
  /** 12. */
  readonly maxSteps?: number
  /** One day. */
  readonly resyncReach?: Duration
  /** 90 days. */
  readonly learnRateAfter?: Duration
  /** 180 days. */
  readonly anchorEvery?: Duration
  /** Not measured, and 20, 12 and 3 ppm. */
  readonly crystal?: {
    readonly cutPpm?: number
    readonly tolerancePpm?: number
    readonly temperaturePpm?: number
    readonly ageingPpmPerYear?: number
  }
  readonly throttle?: ThrottleOptions
}

export interface HotpPolicyOptions {
  /** 10. */
  readonly lookAheadWindow?: number
  /** 1000. */
  readonly resyncWindow?: number
  readonly throttle?: ThrottleOptions
}

/**
 * The policy for a TOTP fob; what is left out is as measured for daily, monthly and yearly users alike.
 * @throws RangeError for what is negative, or zero where that lets nothing in.
 */
export function totpPolicy(options: TotpPolicyOptions = {}): TotpPolicy {
  const { cutPpm = 0, tolerancePpm = 20, temperaturePpm = 12, ageingPpmPerYear = 3 } = options.crystal ?? {}
  const throttle = throttlePolicy(options.throttle)
  return {
    timeStepUs: positive('timeStep', toUs(options.timeStep ?? { seconds: 30 })),
    acceptAgeUs: notNegative('acceptAge', toUs(options.acceptAge ?? { seconds: 60 })),
    learnAgeUs: notNegative('learnAge', toUs(options.learnAge ?? { seconds: 30 })),
    floorUs: notNegative('floor', toUs(options.floor ?? { seconds: 30 })),
    serverErrorUs: notNegative('serverError', toUs(options.serverError ?? { seconds: 1 })),
    maxSteps: width('maxSteps', options.maxSteps ?? 12, throttle),
    resyncReachUs: positive('resyncReach', toUs(options.resyncReach ?? { days: 1 })),
    learnRateAfterUs: positive('learnRateAfter', toUs(options.learnRateAfter ?? { days: 90 })),
    anchorEveryUs: positive('anchorEvery', toUs(options.anchorEvery ?? { days: 180 })),
    crystal: {
      cutPpb: Math.round(1000 * finite('crystal.cutPpm', cutPpm)),
      tolerancePpb: Math.round(1000 * notNegative('crystal.tolerancePpm', tolerancePpm)),
      temperaturePpb: Math.round(1000 * notNegative('crystal.temperaturePpm', temperaturePpm)),
      ageingPpbPerYear: Math.round(1000 * notNegative('crystal.ageingPpmPerYear', ageingPpmPerYear)),
    },
    throttle,
  }
}

/**
 * The policy for an HOTP fob.
 * @throws RangeError for a window below 1.
 */
export function hotpPolicy(options: HotpPolicyOptions = {}): HotpPolicy {
  const throttle = throttlePolicy(options.throttle)
  return {
    lookAheadWindow: width('lookAheadWindow', options.lookAheadWindow ?? 10, throttle),
    resyncWindow: whole('resyncWindow', options.resyncWindow ?? 1000),
    throttle,
  }
}

export const defaultTotpPolicy = totpPolicy()
export const defaultHotpPolicy = hotpPolicy()

function throttlePolicy({
  capacity = 60,
  refillPerYear = 1000,
  pace,
  sources = 8,
}: ThrottleOptions = {}): ThrottlePolicy {
  return {
    capacity: positive('throttle.capacity', capacity),
    refillUs: Math.ceil(yearUs / positive('throttle.refillPerYear', refillPerYear)),
    paceUs: notNegative('throttle.pace', toUs(pace ?? { seconds: 2 })),
    sources: positive('throttle.sources', sources),
  }
}

/** A code costs as many millionths as it may be of steps: with more of them than a budget holds, none would ever be looked at. */
function width(name: string, value: number, { capacity }: ThrottlePolicy): number {
  if (whole(name, value) <= capacity) return value
  throw new RangeError(`${name} must be at most throttle.capacity, ${capacity}, and not ${value}`)
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new RangeError(`${name} must be an integer above 0, not ${value}`)
}

function positive(name: string, value: number): number {
  if (finite(name, value) > 0) return value
  throw new RangeError(`${name} must be more than 0, not ${value}`)
}

function notNegative(name: string, value: number): number {
  if (finite(name, value) >= 0) return value
  throw new RangeError(`${name} must be 0 or more, not ${value}`)
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new RangeError(`${name} must be a finite number, not ${value}`)
}
