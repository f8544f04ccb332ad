/** Every verdict as a sentence for a person: an administrator who reads the log, or a developer whose sign-in was refused. */

import { formatDuration } from '../../protocol/time/duration.ts'
import { timeOfDay } from '../../protocol/time/iso-time.ts'
import type { Interval } from './drift-state.ts'
import type { Rate } from './interval.ts'
import type { Accepted, HotpEvidence, Rejected, TotpEvidence, Verdict } from './verdict.ts'

/** One line, times in UTC. Not for the one who asks: it tells where the fob's clock is. */
export function explain(verdict: Verdict): string {
  return verdict.result === 'accepted' ? `accepted: ${whyAccepted(verdict)}` : `refused: ${whyRefused(verdict)}`
}

function whyAccepted({ learnt, evidence }: Accepted): string {
  if (evidence.kind === 'HOTP') {
    const skipped = (evidence.step ?? evidence.counter) - evidence.counter
    const jump = skipped === 0 ? 'the one expected' : `${skipped} after the one expected`
    return `the code is that of counter ${evidence.step}, ${jump}`
  }
  const { runs, rate } = evidence
  const news = {
    more: `this fob now runs ${between(runs)}`,
    nothing: `another step shows it too, so nothing was learnt, and this fob still runs ${between(runs)}`,
    afresh: `its clock was set: this fob now runs ${between(runs)}`,
  }
  return `the code is for ${times(evidence)}; ${news[learnt]} and gains ${gains(rate)}`
}

function whyRefused({ finding, evidence }: Rejected): string {
  switch (finding) {
    case 'malformed':
      return 'this is not a code: give the digits that the fob shows, all of them'
    case 'replayed':
      return `this code was used${at(evidence.lastUsedUs)} and is good once: wait for the next one`
    case 'unknown':
      return `no code near ${evidence.kind === 'TOTP' ? 'this time' : 'this counter'} is this one: is it another fob's?`
    case 'already-used':
      return `the code is for ${place(evidence)}, before the one used${at(evidence.lastUsedUs)}: it may have been seen. Wait for a newer one, or have the fob enabled again`
    case 'not-consecutive':
      return 'both codes are of this fob but not two in a row: give one, and then the next that it shows'
    case 'stale':
    case 'early':
      return `the code is for ${place(evidence)}, and ${expectation(evidence)}: ${offBy(evidence)}`
    case 'clock-uncertain':
      return `after so long ${expectation(evidence)}: give two consecutive codes`
    case 'budget-empty':
      return 'there were too many wrong codes: give two consecutive ones'
    case 'too-soon':
      return 'two wrong codes were given a moment ago: wait a few seconds'
    case 'pairs-exhausted':
      return 'there were too many wrong pairs of codes: wait some hours, or import the device anew'
  }
}

function expectation(evidence: TotpEvidence | HotpEvidence): string {
  if (evidence.kind === 'TOTP') return `this fob runs ${between(evidence.runs)}`
  return `counters ${evidence.acceptable.first} to ${evidence.acceptable.last} are looked at`
}

/** How far outside the acceptable steps it was. */
function offBy(evidence: TotpEvidence | HotpEvidence): string {
  const { step = 0, acceptable } = evidence
  const steps = step < acceptable.first ? step - acceptable.first : step - acceptable.last
  if (evidence.kind === 'HOTP') return `${steps} too far ahead, so give two consecutive codes`
  const off = formatDuration(Math.abs(steps) * evidence.timeStepUs)
  return steps < 0 ? `${off} too old` : `${off} too early`
}

function place(evidence: TotpEvidence | HotpEvidence): string {
  return evidence.kind === 'TOTP' ? times(evidence) : `counter ${evidence.step}`
}

/** What the fob's clock reads while it shows the code. */
function times({ step = 0, timeStepUs }: TotpEvidence): string {
  return `${timeOfDay(step * timeStepUs)}–${timeOfDay((step + 1) * timeStepUs)}`
}

function at(timeUs: number | undefined): string {
  return timeUs === undefined ? '' : ` at ${timeOfDay(timeUs)}`
}

function between({ loUs, hiUs }: Interval): string {
  return `between ${signed(loUs)} and ${signed(hiUs)}`
}

function signed(us: number): string {
  return us > 0 ? `+${formatDuration(us)}` : formatDuration(us)
}

function gains({ leastPpt, mostPpt }: Rate): string {
  return `${ppm(leastPpt)} to ${ppm(mostPpt)} ppm`
}

function ppm(ppt: number): string {
  const text = (Math.abs(ppt) / 1e6).toFixed(1)
  return `${ppt < 0 ? '−' : '+'}${text}`
}
