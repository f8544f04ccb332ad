import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CrystalOptions, cutCrystal } from '../../../firmware-sim/parts/crystal.ts'
import { Rtc } from '../../../firmware-sim/parts/rtc.ts'
import { dayUs, secondUs, yearUs } from '../../../protocol/time/duration.ts'

const bornUs = Date.UTC(2024, 0, 1) * 1000

function rtcOf(crystal: CrystalOptions = {}, celsius = 25, stopsAtUs?: number): Rtc {
  return new Rtc(cutCrystal(crystal, bornUs), { worldUs: bornUs, deviceUs: bornUs, celsius }, stopsAtUs)
}

const crystals = fc.record({
  ppm: fc.double({ min: -1000, max: 1000, noNaN: true }),
  ageingPpm: fc.double({ min: -1000, max: 1000, noNaN: true }),
})
const temperatures = fc.integer({ min: -60, max: 150 })
/** Up to twenty years, twice the life of a cell. */
const spans = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 20 * yearUs }))

/** A clock that has lain at several temperatures and, perhaps, will stop. */
const histories = fc
  .record({
    crystal: crystals,
    heats: fc.array(fc.record({ afterUs: fc.integer({ min: 0, max: yearUs }), celsius: temperatures }), {
      maxLength: 4,
    }),
    stopsAfterUs: fc.option(spans),
  })
  .map(({ crystal, heats, stopsAfterUs }) => {
    const rtc = rtcOf(crystal)
    let nowUs = bornUs
    for (const { afterUs, celsius } of heats) {
      nowUs += afterUs
      rtc.heat(nowUs, celsius)
    }
    if (stopsAfterUs !== null) rtc.supplyEndsAt(nowUs, nowUs + stopsAfterUs)
    return { rtc, nowUs, stopsAtUs: stopsAfterUs === null ? Number.POSITIVE_INFINITY : nowUs + stopsAfterUs }
  })

test('the first instant at which a reading is reached is the least one', () => {
  fc.assert(
    fc.property(histories, spans, ({ rtc, nowUs, stopsAtUs }, spanUs) => {
      const deviceUs = rtc.toDeviceUs(nowUs) + spanUs
      const worldUs = rtc.toWorldUs(deviceUs)
      if (!Number.isFinite(worldUs)) {
        expect(rtc.toDeviceUs(stopsAtUs)).toBeLessThan(deviceUs)
        return
      }
      expect(rtc.toDeviceUs(worldUs)).toBeGreaterThanOrEqual(deviceUs)
      if (worldUs > nowUs) expect(rtc.toDeviceUs(worldUs - 1)).toBeLessThan(deviceUs)
    }),
    { numRuns: 1000 },
  )
})

test('every reading that a clock gives is found again', () => {
  fc.assert(
    fc.property(histories, spans, ({ rtc, nowUs, stopsAtUs }, spanUs) => {
      const worldUs = Math.min(nowUs + spanUs, stopsAtUs)
      const found = rtc.toWorldUs(rtc.toDeviceUs(worldUs))
      expect(found).toBeLessThanOrEqual(worldUs)
      expect(worldUs - found).toBeLessThanOrEqual(2)
    }),
    { numRuns: 1000 },
  )
})

test('a reading of the past is found at once, where the clock was last touched', () => {
  const rtc = rtcOf({ ppm: 20 })
  rtc.heat(bornUs + dayUs, 40)
  expect(rtc.toWorldUs(bornUs)).toBe(bornUs + dayUs)
  expect(rtc.toWorldUs(0)).toBe(bornUs + dayUs)
})

test('it never runs backwards, from one microsecond to the next or over years', () => {
  fc.assert(
    fc.property(
      histories,
      spans,
      fc.oneof(fc.integer({ min: 1, max: 50 }), spans),
      ({ rtc, nowUs }, spanUs, moreUs) => {
        const worldUs = nowUs + spanUs
        expect(rtc.toDeviceUs(worldUs + moreUs)).toBeGreaterThanOrEqual(rtc.toDeviceUs(worldUs))
      },
    ),
    { numRuns: 1000 },
  )
})

test('a world clock that is set back finds it standing still', () => {
  const rtc = rtcOf({ ppm: 20 })
  rtc.heat(bornUs + dayUs, 30)
  expect(rtc.toDeviceUs(bornUs)).toBe(rtc.toDeviceUs(bornUs + dayUs))
})

test('told that nothing has changed, heat moves no reading by more than a microsecond, and supply moves none', () => {
  fc.assert(
    fc.property(
      crystals,
      temperatures,
      fc.array(fc.tuple(spans, fc.boolean()), { minLength: 1, maxLength: 8 }),
      spans,
      (crystal, celsius, touches, spanUs) => {
        const [touched, untouched] = [rtcOf(crystal, celsius), rtcOf(crystal, celsius)]
        const instants = touches.map(([us]) => bornUs + us).sort((a, b) => a - b)
        for (const [index, instantUs] of instants.entries()) {
          const before = touched.toDeviceUs(instantUs)
          if (touches[index]?.[1]) touched.heat(instantUs, celsius)
          else touched.supplyEndsAt(instantUs, Number.POSITIVE_INFINITY)
          expect(touched.toDeviceUs(instantUs)).toBe(before)
        }
        const lateUs = (instants.at(-1) ?? bornUs) + spanUs
        const gapUs = untouched.toDeviceUs(lateUs) - touched.toDeviceUs(lateUs)
        const heats = touches.filter(([, isHeat]) => isHeat).length
        expect(Math.abs(gapUs)).toBeLessThanOrEqual(heats === 0 ? 0 : heats + 1)
      },
    ),
    { numRuns: 500 },
  )
})

describe('drift', () => {
  test.each([
    [20, 10.5],
    [-20, -10.5],
    [3, 95 / 60],
  ])('%d ppm is %d minutes a year', (ppm, minutes) => {
    const aheadUs = rtcOf({ ppm }).toDeviceUs(bornUs + yearUs) - bornUs - yearUs
    expect(aheadUs / (60 * secondUs)).toBeCloseTo(minutes, 1)
    expect(aheadUs).toBe(Math.floor((yearUs * ppm) / 1e6))
  })

  test('a year at 45 °C costs 13.6 ppm, and so does one at 5 °C', () => {
    const aheadUs = (celsius: number) => rtcOf({}, celsius).toDeviceUs(bornUs + yearUs) - bornUs - yearUs
    expect(aheadUs(45)).toBe(Math.floor(-13.6e-6 * yearUs))
    expect(aheadUs(5)).toBe(aheadUs(45))
  })

  test('heat acts from then on only', () => {
    const rtc = rtcOf()
    rtc.heat(bornUs + dayUs, 45)
    expect(rtc.toDeviceUs(bornUs + dayUs)).toBe(bornUs + dayUs)
    rtc.heat(bornUs + 2 * dayUs, 25)
    const lostUs = Math.ceil(13.6e-6 * dayUs)
    expect(rtc.toDeviceUs(bornUs + 2 * dayUs)).toBe(bornUs + 2 * dayUs - lostUs)
    expect(rtc.toDeviceUs(bornUs + 3 * dayUs)).toBe(bornUs + 3 * dayUs - lostUs)
  })

  test.each([Number.NaN, -61, 151])('no fob survives %d °C', celsius => {
    expect(() => rtcOf().heat(bornUs, celsius)).toThrow(RangeError)
  })
})

describe('supply', () => {
  const stopsAtUs = bornUs + 10 * yearUs

  test.each([20, -20, 0])(
    'with a cut of %d ppm the clock stops with it, and every reading up to there is found',
    ppm => {
      const rtc = rtcOf({ ppm }, 25, stopsAtUs)
      const last = rtc.toDeviceUs(stopsAtUs)
      expect(rtc.toDeviceUs(stopsAtUs + yearUs)).toBe(last)
      expect(rtc.toWorldUs(last)).toBeLessThanOrEqual(stopsAtUs)
      expect(rtc.toWorldUs(last - dayUs)).toBeLessThan(stopsAtUs)
      expect(rtc.toWorldUs(last + 1)).toBe(Number.POSITIVE_INFINITY)
    },
  )

  test('after a new cell it goes on from where it stood', () => {
    const rtc = rtcOf({ ppm: 20 }, 25, stopsAtUs)
    const last = rtc.toDeviceUs(stopsAtUs)
    const renewedUs = stopsAtUs + 3 * yearUs
    rtc.supplyEndsAt(renewedUs, renewedUs + 10 * yearUs)
    expect(rtc.toDeviceUs(renewedUs)).toBe(last)
    expect(rtc.toDeviceUs(renewedUs + secondUs)).toBe(last + secondUs + 20)
  })

  test('a moment that has passed already stops it where it stood then', () => {
    const rtc = rtcOf({}, 25, stopsAtUs)
    rtc.supplyEndsAt(stopsAtUs + dayUs, stopsAtUs)
    expect(rtc.toDeviceUs(stopsAtUs + 2 * dayUs)).toBe(stopsAtUs)
    expect(rtc.toWorldUs(stopsAtUs + 1)).toBe(Number.POSITIVE_INFINITY)
  })
})

test('when the machine is set back it runs on from what it has last shown, as a crystal would', () => {
  const rtc = new Rtc(cutCrystal({}, 0), { worldUs: 1e15, deviceUs: 1e15, celsius: 25 })
  expect(rtc.runOn(1e15 + 5)).toBe(false)
  expect(rtc.runOn(1e15 - 3_600_000_000)).toBe(true)
  expect(rtc.toDeviceUs(1e15 - 3_600_000_000 + 7)).toBe(1e15 + 5 + 7)
})
