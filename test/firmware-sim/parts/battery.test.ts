import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Battery, chargeOf } from '../../../firmware-sim/parts/battery.ts'
import { yearUs } from '../../../protocol/time/duration.ts'

const capacityMah = 220
const bornUs = 1_700_000_000_000_000
const hourUs = 3_600_000_000

function batteryOf(percent = 100, drawUa = 2.4): Battery {
  return new Battery(capacityMah, { worldUs: bornUs, chargeUah: chargeOf(capacityMah, percent), drawUa })
}

/** When so many per cent are left. */
function instantOf(battery: Battery, percent: number): number {
  return bornUs + Math.round((battery.emptyAtUs() - bornUs) * (1 - percent / 100))
}

test('2.4 µA empty a CR2032 in ten years and a half', () => {
  expect((batteryOf().emptyAtUs() - bornUs) / yearUs).toBeCloseTo(10.46, 2)
  expect(batteryOf().percent(bornUs)).toBe(100)
  expect(batteryOf().percent(bornUs + 5 * yearUs)).toBe(52)
  expect(batteryOf().percent(bornUs + 11 * yearUs)).toBe(0)
})

test('the moment at which it is empty is the one at which its charge is spent', () => {
  const draws = fc.array(
    fc.record({ afterUs: fc.integer({ min: 0, max: yearUs }), drawUa: fc.constantFrom(2.4, 15, 80) }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), draws, (percent, changes) => {
      const battery = batteryOf(percent)
      let nowUs = bornUs
      for (const { afterUs, drawUa } of changes) {
        nowUs += afterUs
        battery.draw(nowUs, drawUa)
      }
      const emptyAtUs = battery.emptyAtUs()
      expect(battery.chargeUah(emptyAtUs + 2)).toBe(0)
      if (emptyAtUs > nowUs) expect(battery.chargeUah(emptyAtUs - 2)).toBeGreaterThan(0)
    }),
  )
})

test('what is drawn in pieces is drawn in sum', () => {
  const battery = batteryOf()
  battery.draw(bornUs + 100 * hourUs, 15)
  battery.draw(bornUs + 110 * hourUs, 2.4)
  expect(battery.chargeUah(bornUs + 210 * hourUs)).toBeCloseTo(220_000 - 240 - 150 - 240, 6)
})

describe('its voltage', () => {
  test.each([
    [100, 3.0],
    [75, 2.95],
    [50, 2.9],
    [20, 2.8],
    [10, 2.6],
    [5, 2.4],
    [0, 2.0],
  ])('with %d per cent left is %d V', (percent, volts) => {
    expect(batteryOf(percent, 0).volts(bornUs)).toBeCloseTo(volts, 9)
  })

  test('never rises as it drains, and falls fastest at the end', () => {
    const battery = batteryOf()
    const volts = Array.from({ length: 1001 }, (_, index) => battery.volts(instantOf(battery, 100 - index / 10)))
    for (const [index, now] of volts.entries()) expect(now).toBeLessThanOrEqual(volts[index - 1] ?? 3)
    const fall = (percent: number) => batteryOf(percent, 0).volts(bornUs) - batteryOf(percent - 5, 0).volts(bornUs)
    expect(fall(5)).toBeGreaterThan(10 * fall(95))
  })

  test('is called low below a tenth of its charge', () => {
    expect(batteryOf(10.1, 0).isLow(bornUs)).toBe(false)
    expect(batteryOf(9.9, 0).isLow(bornUs)).toBe(true)
  })
})

test('the LCD is black for most of its life, fades, and is gone before the cell is empty', () => {
  const battery = batteryOf()
  expect(battery.contrast(instantOf(battery, 11))).toBe(1)
  expect(battery.contrast(instantOf(battery, 5))).toBeCloseTo(2 / 3, 3)
  const paleUs = instantOf(battery, 0.3)
  expect(battery.contrast(paleUs)).toBeLessThan(0.05)
  expect(paleUs).toBeLessThan(battery.emptyAtUs())
  expect(battery.chargeUah(paleUs)).toBeGreaterThan(0)
})

test('a new cell is as full as it was bought', () => {
  const battery = batteryOf()
  battery.replace(bornUs + 11 * yearUs, 40)
  expect(battery.percent(bornUs + 11 * yearUs)).toBe(40)
  expect((battery.emptyAtUs() - bornUs) / yearUs).toBeCloseTo(11 + 0.4 * 10.46, 1)
})

test('without a draw it lasts for ever', () => {
  expect(batteryOf(50, 0).emptyAtUs()).toBe(Number.POSITIVE_INFINITY)
})

test.each([-1, 101, Number.NaN])('%d per cent is refused', percent => {
  expect(() => batteryOf().replace(bornUs, percent)).toThrow(
    `battery.percent must lie between 0 and 100, not ${percent}`,
  )
})
