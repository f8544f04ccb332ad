/** Durations: objects such as `{ days: 90 }` in code, `90d` on a command line, integer microseconds inside. */

const usPerUnit = {
  days: 86_400_000_000,
  hours: 3_600_000_000,
  minutes: 60_000_000,
  seconds: 1_000_000,
  milliseconds: 1000,
  microseconds: 1,
} as const

type Unit = keyof typeof usPerUnit

/** A length of time; the units add up: `{ minutes: 1, seconds: 30 }`. */
export type Duration = { readonly [unit in Unit]?: number }

export const secondUs = usPerUnit.seconds
export const dayUs = usPerUnit.days
/** A Julian year, 365.25 days. */
export const yearUs = 365.25 * dayUs

/**
 * A duration in whole microseconds, rounded to the nearest.
 * @throws TypeError for a bare number or an unknown unit; RangeError for a number that is not finite.
 */
export function toUs(duration: Duration): number {
  if (typeof duration !== 'object' || duration === null) {
    throw new TypeError(
      `a duration needs its unit: { seconds: ${String(duration)} } or { days: … }, not ${String(duration)}`,
    )
  }
  let us = 0
  for (const [unit, amount] of Object.entries(duration)) {
    if (!isUnit(unit)) {
      throw new TypeError(`unknown unit of time "${unit}": use ${Object.keys(usPerUnit).join(', ')}`)
    }
    if (!Number.isFinite(amount)) throw new RangeError(`${unit} must be a finite number, not ${String(amount)}`)
    us += amount * usPerUnit[unit]
  }
  return Math.round(us)
}

function isUnit(name: string): name is Unit {
  return Object.hasOwn(usPerUnit, name)
}

const suffixes = new Map<string, Unit>([
  ['d', 'days'],
  ['h', 'hours'],
  ['m', 'minutes'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
])

/**
 * Reads `90d`, `1h30m`, `-2m` or `500ms` into whole microseconds.
 * @throws RangeError that names the text and shows the form.
 */
export function parseDuration(text: string): number {
  const [, sign, body = ''] = /^([-+]?)((?:\d+(?:\.\d+)?[a-z]+)+)$/.exec(text) ?? []
  let us = 0
  for (const [, amount, suffix = ''] of body.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const unit = suffixes.get(suffix)
    if (unit === undefined) throw new RangeError(`unknown unit "${suffix}" in "${text}": use d, h, m, s or ms`)
    us += Number(amount) * usPerUnit[unit]
  }
  if (body === '') throw new RangeError(`"${text}" is not a duration: write it like 90d, 1h30m or 500ms`)
  return Math.round(sign === '-' ? -us : us)
}

/** For a person: `90 d`, `1 h 30 min`, `−2.4 s`. At most two units, the smaller one dropped when it is nought. */
export function formatDuration(us: number): string {
  const exact = Math.abs(us) / secondUs
  const seconds = exact < 10 ? Math.round(exact * 10) / 10 : Math.round(exact)
  const sign = us < 0 && seconds > 0 ? '−' : ''
  if (seconds < 60) return `${sign}${seconds} s`
  const [big, bigUnit, small, smallUnit] =
    seconds < 3600
      ? [Math.floor(seconds / 60), 'min', seconds % 60, 's']
      : seconds < 86_400
        ? [Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min']
        : [Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h']
  return `${sign}${big} ${bigUnit}${small > 0 ? ` ${small} ${smallUnit}` : ''}`
}
