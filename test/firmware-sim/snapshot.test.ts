import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFob, restoreFob } from '../../firmware-sim/create-fob.ts'
import { type Fob, publishedKey } from '../../firmware-sim/fob.ts'
import type { FobSnapshot } from '../../firmware-sim/snapshot.ts'
import { dayUs, yearUs } from '../../protocol/time/duration.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'
import { benchFob, wire } from './wired-host.ts'

/** Through JSON and back, as a file or another process has it. */
function carried(fob: Fob): FobSnapshot {
  return JSON.parse(JSON.stringify(fob.snapshot()))
}

test('a snapshot is the same document after JSON, and after a fob was made of it', async () => {
  const { clock, fob } = benchFob({ kind: 'HOTP', crystal: { ppm: 7, ageingPpm: 2 }, digits: 8 })
  await fob.press()
  const snapshot = fob.snapshot()
  expect(carried(fob)).toEqual({ ...snapshot, vault: expect.any(String) })
  const { vault: _, ...rest } = restoreFob(snapshot, publishedKey, { clock }).snapshot()
  expect(snapshot).toMatchObject(rest)
})

test('a restored fob goes on: its clock and its cell have run meanwhile, its counter has not', async () => {
  const { clock, fob } = benchFob({ kind: 'HOTP', crystal: { ppm: 20 } })
  await fob.press()
  const snapshot = carried(fob)
  await clock.fastForward({ days: 365.25 })
  const restored = restoreFob(snapshot, publishedKey, { clock })
  expect(restored.driftUs).toBe(Math.floor(20e-6 * yearUs))
  expect(restored.batteryPercent).toBe(90)
  expect(restored.lcd.lit).toBe(false)
  expect(await restored.press()).toBe('287082')
})

test('a fob that was put away lit rests dark: a year costs it what a year at rest costs', async () => {
  const { clock, fob } = benchFob()
  await fob.press()
  expect(fob.lcd.lit).toBe(true)
  const restored = restoreFob(carried(fob), publishedKey, { clock })
  await clock.fastForward({ days: 365.25 })
  expect(restored.batteryPercent).toBe(90)
})

test('a fob whose cell ran out while it was put away has stopped then', async () => {
  const { clock, fob } = benchFob({ battery: { percent: 10 } })
  const snapshot = carried(fob)
  await clock.fastForward({ days: 3 * 365 })
  const restored = restoreFob(snapshot, publishedKey, { clock })
  expect(restored.deviceTimeUs).toBeLessThan(clock.nowUs() - 365 * dayUs)
  const again = restoreFob(carried(restored), publishedKey, { clock })
  expect(again.deviceTimeUs).toBe(restored.deviceTimeUs)
  again.replaceBattery()
  expect(again.deviceTimeUs).toBe(restored.deviceTimeUs)
})

test('what waits on a cable is no part of a snapshot', async () => {
  const { clock, fob } = benchFob()
  const host = wire(fob)
  host.say({ type: 'request', txid: 1, name: 'getCode', body: {} })
  await host.taken()
  const other = wire(restoreFob(carried(fob), publishedKey, { clock }))
  other.say({ type: 'request', txid: 1, name: 'getCode', body: {} })
  expect(await other.taken()).toMatchObject([{ type: 'progress' }])
})

describe('a fob that is put away and taken out at any time behaves as one that is not', () => {
  const moves = fc.array(
    fc.record({
      afterUs: fc.oneof(fc.integer({ min: 200_000, max: 60_000_000 }), fc.integer({ min: 200_000, max: dayUs * 100 })),
      move: fc.constantFrom('press', 'press', 'hold', 'heat', 'new cell', 'put away', 'put away') as fc.Arbitrary<Move>,
      celsius: fc.integer({ min: -20, max: 60 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  type Move = 'press' | 'hold' | 'heat' | 'new cell' | 'put away'

  async function live(
    kind: 'TOTP' | 'HOTP',
    life: typeof moves extends fc.Arbitrary<infer T> ? T : never,
    away: boolean,
  ) {
    const clock = new VirtualClock(1_700_000_040_000_000)
    const secret = Buffer.from('12345678901234567890')
    let fob = createFob({ clock, secret, kind, crystal: { ppm: -12, ageingPpm: 3 }, battery: { percent: 60 } })
    const diary: unknown[] = []
    for (const { afterUs, move, celsius } of life) {
      await clock.runFor({ microseconds: afterUs })
      if (move === 'press') diary.push(await fob.press().catch((error: unknown) => String(error)))
      if (move === 'hold') await fob.hold({ seconds: 4 })
      if (move === 'heat') fob.heat(celsius)
      if (move === 'new cell') fob.replaceBattery()
      if (move === 'put away' && away) fob = restoreFob(carried(fob), publishedKey, { clock })
      diary.push([fob.counter, fob.state, fob.celsius, fob.batteryPercent])
    }
    return { diary, deviceUs: fob.deviceTimeUs }
  }

  test.each(['TOTP', 'HOTP'] as const)('%s', async kind => {
    await fc.assert(
      fc.asyncProperty(moves, async life => {
        const [away, kept] = [await live(kind, life, true), await live(kind, life, false)]
        expect(away.diary).toEqual(kept.diary)
        // Each frame on the LCD rounds the clock down to a microsecond, and a fob that is put away is dark.
        expect(Math.abs(away.deviceUs - kept.deviceUs)).toBeLessThanOrEqual(10 * life.length)
      }),
    )
  })
})

test('opens under its key only, and only for its serial number', () => {
  const { clock, fob } = benchFob()
  const [key, otherKey] = [1, 2].map(byte => createSecretKey(Buffer.alloc(32, byte)))
  const snapshot = fob.snapshot(key)
  expect(restoreFob(snapshot, key, { clock }).state).toBe('personalised')
  expect(() => restoreFob(snapshot, otherKey, { clock })).toThrow()
  expect(() => restoreFob(snapshot, publishedKey, { clock })).toThrow()
  expect(() => restoreFob({ ...snapshot, serialNumber: 'GAHT87654321' }, key, { clock })).toThrow()
})

test('of another version is refused', () => {
  const { fob } = benchFob()
  const later: FobSnapshot = JSON.parse(JSON.stringify({ ...fob.snapshot(), version: 2 }))
  expect(() => restoreFob(later)).toThrow('this snapshot is of version 2: only 1 can be read')
})
