import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FirmwareState } from '../../../firmware-sim/firmware/state.ts'
import { boot } from '../../../firmware-sim/firmware/transition.ts'
import { genericFob } from '../../../firmware-sim/models/generic.ts'
import type { KeyParameters } from '../../../protocol/oath/key-parameters.ts'
import { FirmwareBench, type Move } from './firmware-bench.ts'

const product = { model: genericFob, serialNumber: 'GAHT12345678' }

function freshState(kind: KeyParameters['kind']): FirmwareState {
  const key = { kind, hash: 'SHA-1', digits: 6, timeStepSeconds: 30, counter: 0 } as const
  return boot({ ...product, key, counter: 0 })
}

const channels = fc.constantFrom(1, 2)
/** Few, so that hosts use the same ones. */
const txids = fc.integer({ min: 1, max: 4 })

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ move: fc.constant('press' as const), persists: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('ask' as const), channel: channels, txid: txids }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('cancel' as const), channel: channels, txid: txids }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('hang-up' as const), channel: channels }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('greet' as const), channel: channels, txid: txids }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('read' as const), channel: channels, txid: txids }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('edge' as const), closed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('wait' as const), us: fc.nat(40_000_000) }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('cell' as const), flat: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ move: 'power-cut' as const }) },
)
const lives = fc.array(moves, { minLength: 1, maxLength: 60 })

function live(kind: KeyParameters['kind'], life: readonly Move[]): FirmwareBench {
  const bench = new FirmwareBench(freshState(kind))
  for (const move of life) bench.do(move)
  return bench
}

test('no counter is shown or sent for two presses, whatever happens between them', () => {
  fc.assert(
    fc.property(lives, life => {
      const { computed } = live('HOTP', life)
      expect(computed).toEqual([...new Set(computed)].sort((a, b) => a - b))
    }),
    { numRuns: 500 },
  )
})

test('no HOTP code is computed before the counter after it has been written', () => {
  fc.assert(
    fc.property(lives, life => {
      const { log } = live('HOTP', life)
      let written = 0
      for (const entry of log) {
        if (entry.did === 'persist' && entry.ok) written = entry.counter
        if (entry.did === 'hmac') expect(written).toBe(entry.counter + 1)
      }
    }),
    { numRuns: 500 },
  )
})

test('what is shown and sent is the code that was just computed, and it is shown before it is sent', () => {
  fc.assert(
    fc.property(fc.constantFrom('HOTP' as const, 'TOTP' as const), lives, (kind, life) => {
      const { log } = live(kind, life)
      for (const [index, entry] of log.entries()) {
        if (entry.did !== 'send' || entry.message.type !== 'response' || entry.message.name !== 'getCode') continue
        const before = log.slice(0, index)
        const shown = before.findLast(other => other.did === 'show')
        const computed = before.findLast(other => other.did === 'hmac')
        expect(shown?.text).toBe(entry.message.body.code)
        expect(computed?.code).toBe(entry.message.body.code)
      }
    }),
    { numRuns: 500 },
  )
})

test('every host that asks for a code gets one final answer, on its own channel, unless it hangs up or greets anew', () => {
  fc.assert(
    fc.property(fc.constantFrom('HOTP' as const, 'TOTP' as const), lives, (kind, life) => {
      const bench = live(kind, life)
      // Whoever still waits is answered by a last press.
      bench.do({ move: 'settle' })
      bench.do({ move: 'press', persists: true })
      for (const ask of bench.asks) {
        const finals = ask.answers.filter(({ type }) => type === 'response' || type === 'failure')
        if (ask.forgotten) expect(finals).toEqual([])
        else expect(finals).toHaveLength(1)
      }
      expect(bench.unasked).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('while one host waits every other request for a code is refused as busy, and the first one waits on', () => {
  fc.assert(
    fc.property(lives, life => {
      // A flat cell is the better reason.
      const { asks } = live(
        'TOTP',
        life.filter(({ move }) => move !== 'cell'),
      )
      for (const ask of asks) {
        const reasons = ask.answers.map(({ type, body }) => ('reason' in body ? body.reason : type))
        if (ask.whileWaiting) expect(reasons).toEqual(['busy'])
        else expect(reasons).not.toContain('busy')
      }
    }),
    { numRuns: 500 },
  )
})

test('no code leaves the fob for a host that nobody pressed for', () => {
  fc.assert(
    fc.property(lives, life => {
      const { asks, presses } = live(
        'TOTP',
        life.filter(({ move }) => move !== 'press' && move !== 'edge'),
      )
      expect(presses).toBe(0)
      for (const { answers } of asks) expect(answers.every(({ type }) => type !== 'response')).toBe(true)
    }),
  )
})

test('a press counts once, however its edges lie within the debounce time', () => {
  const edges = fc.array(fc.record({ afterUs: fc.integer({ min: 0, max: 1900 }), closed: fc.boolean() }), {
    maxLength: 10,
  })
  fc.assert(
    fc.property(edges, edges => {
      const bench = new FirmwareBench(freshState('HOTP'))
      bench.do({ move: 'edge', closed: true })
      for (const { afterUs, closed } of edges) {
        bench.do({ move: 'wait', us: afterUs })
        bench.do({ move: 'edge', closed })
      }
      bench.do({ move: 'edge', closed: false })
      bench.do({ move: 'wait', us: 1_000_000 })
      expect(bench.computed).toEqual([0])
    }),
  )
})

test('the display goes dark by itself after any life, or when a button that stuck is let go', () => {
  fc.assert(
    fc.property(lives, life => {
      const bench = live('TOTP', life)
      bench.do({ move: 'wait', us: 200_000_000 })
      if (bench.state.display.shows !== 'nothing') {
        expect(bench.state).toMatchObject({ button: { pressed: true }, display: { shows: 'test' } })
        bench.do({ move: 'edge', closed: false })
        bench.do({ move: 'wait', us: 200_000_000 })
      }
      expect(bench.state.display.shows).toBe('nothing')
      expect(bench.armed).toEqual([])
    }),
  )
})
