import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { acceptableSteps, from } from '../../../host/verifier/candidates.ts'
import type { DriftState, Sighting } from '../../../host/verifier/drift-state.ts'
import { predict } from '../../../host/verifier/interval.ts'
import { learn } from '../../../host/verifier/learn.ts'
import { totpPolicy } from '../../../host/verifier/policy.ts'
import { secondUs } from '../../../protocol/time/duration.ts'

interface SightingSeconds {
  readonly lo: number
  readonly hi: number
  readonly at: number
}

interface StateSeconds extends SightingSeconds {
  readonly bornAt: number
  readonly anchors: readonly [SightingSeconds, SightingSeconds]
  readonly lastStep: number
}

interface Trace {
  readonly policy: {
    readonly timeStepSeconds: number
    readonly acceptAgeSeconds: number
    readonly learnAgeSeconds: number
    readonly floorSeconds: number
    readonly serverErrorSeconds: number
    readonly maxSteps: number
    readonly crystal: {
      readonly tolerancePpm: number
      readonly temperaturePpm: number
      readonly ageingPpmPerYear: number
    }
    readonly learnRateAfterSeconds: number
    readonly anchorEverySeconds: number
  }
  readonly born: StateSeconds
  readonly logins: readonly {
    readonly at: number
    readonly step: number
    readonly first: number
    readonly last: number
    readonly next: StateSeconds
  }[]
}

// Our own file, in the shape above.
const traces = JSON.parse(readFileSync(new URL('../../vectors/drift.json', import.meta.url), 'utf8')) as Trace[]

test('there are eight traces of forty logins', () => {
  expect(traces.map(({ logins }) => logins.length)).toEqual(Array(8).fill(40))
})

test.each(traces.map((trace, index) => [index + 1, trace] as const))(
  'trace %i: steps and edges as published',
  (_, trace) => {
    const policy = policyOf(trace)
    let state = stateOf(trace.born)
    for (const { at, step, first, last, next } of trace.logins) {
      const atUs = toUs(at)
      const runs = predict(state, atUs, policy)
      const steps = from(state.lastStep + 1, acceptableSteps(runs, atUs, policy))
      expectStep(steps.first, first, atUs + runs.loUs - policy.serverErrorUs - policy.acceptAgeUs, policy.timeStepUs)
      expectStep(steps.last, last, atUs + runs.hiUs + policy.serverErrorUs, policy.timeStepUs)

      state = learn(state, step, atUs, policy)
      expectSighting(state, next)
      expectSighting(state.anchors[0], next.anchors[0])
      expectSighting(state.anchors[1], next.anchors[1])
      expect(state.lastStep).toBe(next.lastStep)
      expect(state.bornAtUs).toBe(toUs(next.bornAt))
    }
  },
)

function expectStep(ours: number, published: number, edgeUs: number, timeStepUs: number) {
  const fromBoundaryUs = Math.abs(edgeUs - Math.round(edgeUs / timeStepUs) * timeStepUs)
  if (fromBoundaryUs > 1000) expect(ours).toBe(published)
  else expect(Math.abs(ours - published)).toBeLessThanOrEqual(1)
}

function expectSighting(ours: Sighting, published: SightingSeconds) {
  expect(Math.abs(ours.loUs - published.lo * secondUs)).toBeLessThan(1000)
  expect(Math.abs(ours.hiUs - published.hi * secondUs)).toBeLessThan(1000)
  expect(ours.atUs).toBe(toUs(published.at))
}

function toUs(seconds: number): number {
  return Math.round(seconds * secondUs)
}

function sightingOf({ lo, hi, at }: SightingSeconds): Sighting {
  return { loUs: toUs(lo), hiUs: toUs(hi), atUs: toUs(at) }
}

function stateOf(state: StateSeconds): DriftState {
  const [older, newer] = state.anchors
  return {
    ...sightingOf(state),
    bornAtUs: toUs(state.bornAt),
    anchors: [sightingOf(older), sightingOf(newer)],
    lastStep: state.lastStep,
  }
}

function policyOf({ policy }: Trace) {
  return totpPolicy({
    timeStep: { seconds: policy.timeStepSeconds },
    acceptAge: { seconds: policy.acceptAgeSeconds },
    learnAge: { seconds: policy.learnAgeSeconds },
    floor: { seconds: policy.floorSeconds },
    serverError: { seconds: policy.serverErrorSeconds },
    maxSteps: policy.maxSteps,
    crystal: policy.crystal,
    learnRateAfter: { seconds: policy.learnRateAfterSeconds },
    anchorEvery: { seconds: policy.anchorEverySeconds },
  })
}
