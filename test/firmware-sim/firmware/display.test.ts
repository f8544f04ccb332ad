import { describe, expect, test } from 'vitest'
import { createFob, type FobOptions } from '../../../firmware-sim/create-fob.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

/** The beginning of a step, for 30 and for 60 s. */
const stepStartUs = 1_700_000_040_000_000

function fobAt(secondsIntoStep: number, options: FobOptions = {}) {
  const clock = new VirtualClock(stepStartUs + secondsIntoStep * 1e6)
  return { clock, fob: createFob({ clock, secret: Buffer.from('12345678901234567890'), ...options }) }
}

/** The bar each second, until the display is dark. */
async function barBySecond({ clock, fob }: ReturnType<typeof fobAt>): Promise<number[]> {
  const bar: number[] = []
  while (fob.lcd.lit) {
    bar.push(fob.lcd.bar)
    await clock.runFor({ seconds: 1 })
  }
  return bar
}

/** `[6, 5, 4]`, each so many times. */
function each(blocks: readonly number[], times: number): number[] {
  return blocks.flatMap(block => Array<number>(times).fill(block))
}

describe('a TOTP code', () => {
  test('is shown for its step of 30 s, and every 5 s a block of the bar goes', async () => {
    const bench = fobAt(0)
    await bench.fob.press()
    expect(await barBySecond(bench)).toEqual(each([6, 5, 4, 3, 2, 1], 5))
  })

  test('is shown for its step of 60 s, and every 10 s a block goes', async () => {
    const bench = fobAt(0, { timeStepSeconds: 60 })
    await bench.fob.press()
    expect(await barBySecond(bench)).toEqual(each([6, 5, 4, 3, 2, 1], 10))
  })

  test('that was pressed in the middle of a block shows what is left', async () => {
    const bench = fobAt(17)
    await bench.fob.press()
    expect(await barBySecond(bench)).toEqual([3, 3, 3, ...each([2, 1], 5)])
  })

  test('that was pressed near its end stays for ten seconds, without a bar once its step is over', async () => {
    const bench = fobAt(27)
    const code = await bench.fob.press()
    await bench.clock.runFor({ seconds: 5 })
    expect(bench.fob.lcd).toMatchObject({ text: code, bar: 0 })
    await bench.clock.runFor({ milliseconds: 4999 })
    expect(bench.fob.lcd.text).toBe(code)
    await bench.clock.runFor({ milliseconds: 1 })
    expect(bench.fob.lcd).toMatchObject({ text: '', lit: false })
  })

  test('that is pressed again in its step is the same one, and goes dark with its step', async () => {
    const { clock, fob } = fobAt(0)
    const code = await fob.press()
    await clock.runFor({ seconds: 12 })
    expect(await fob.press()).toBe(code)
    await clock.runFor({ seconds: 17, milliseconds: 999 })
    expect(fob.lcd.text).toBe(code)
    await clock.runFor({ milliseconds: 1 })
    expect(fob.lcd.lit).toBe(false)
  })

  test.each([1000, -1000])('of a crystal that is %d ppm off goes dark when the fob thinks so', async ppm => {
    const { clock, fob } = fobAt(0, { crystal: { ppm } })
    await fob.press()
    const darkAtUs = fob.toWorldUs(stepStartUs + 30e6)
    expect(darkAtUs - stepStartUs).toBe(ppm > 0 ? 29_970_030 : 30_030_031)
    await clock.runFor({ microseconds: darkAtUs - 1 - clock.nowUs() })
    expect(fob.lcd).toMatchObject({ lit: true, bar: 1 })
    // Each change of the display rounds the clock down to a microsecond.
    await clock.runFor({ microseconds: 10 })
    expect(fob.lcd.lit).toBe(false)
  })

  test('goes dark at the new time when the fob is heated meanwhile', async () => {
    const { clock, fob } = fobAt(0)
    await fob.press()
    await clock.runFor({ seconds: 26 })
    fob.heat(125)
    // 340 ppm slow for 4 s.
    await clock.runFor({ seconds: 4, milliseconds: 1 })
    expect(fob.lcd.lit).toBe(true)
    await clock.runFor({ milliseconds: 1 })
    expect(fob.lcd.lit).toBe(false)
  })
})

describe('an HOTP code', () => {
  test('is shown for 30 s without a bar', async () => {
    const bench = fobAt(0, { kind: 'HOTP' })
    await bench.fob.press()
    expect(await barBySecond(bench)).toEqual(each([0], 30))
  })

  test('gives way to the next one, which has 30 s of its own', async () => {
    const { clock, fob } = fobAt(0, { kind: 'HOTP' })
    expect(await fob.press()).toBe('755224')
    await clock.runFor({ seconds: 20 })
    expect(await fob.press()).toBe('287082')
    await clock.runFor({ seconds: 29 })
    expect(fob.lcd.text).toBe('287082')
    await clock.runFor({ seconds: 1 })
    expect(fob.lcd.lit).toBe(false)
  })
})

test.each([{ days: 90 }, { seconds: 31 }])('a jump of %o darkens it', async duration => {
  for (const kind of ['TOTP', 'HOTP'] as const) {
    const { clock, fob } = fobAt(0, { kind })
    await fob.press()
    await clock.fastForward(duration)
    expect(fob.lcd.lit).toBe(false)
  }
})

test.each([6, 7, 8] as const)('%d digits are shown as such, and so are messages and the test', async digits => {
  const { clock, fob } = fobAt(0, { digits })
  expect(await fob.press()).toMatch(new RegExp(`^\\d{${digits}}$`))
  await fob.hold({ seconds: 3 })
  expect(fob.lcd.text).toBe('')
  fob.tamper()
  await expect(fob.press()).rejects.toMatchObject({ code: 'erased' })
  expect(fob.lcd).toMatchObject({ text: '------'.padEnd(digits), bar: 0 })
  await clock.runFor({ seconds: 30 })
  expect(fob.lcd.lit).toBe(false)
})

test('a button that sticks lights every segment until it is let go', async () => {
  const { clock, fob } = fobAt(0)
  fob.button.down()
  await clock.runFor({ minutes: 10 })
  expect(fob.lcd).toMatchObject({ text: '888888', bar: 6 })
  fob.button.up()
  expect(fob.lcd.lit).toBe(false)
})

test('the annunciator is shown with the code when the cell is low', async () => {
  const full = fobAt(0, { battery: { percent: 11 } })
  await full.fob.press()
  expect(full.fob.lcd.lowBattery).toBe(false)
  const low = fobAt(0, { battery: { percent: 9 } })
  await low.fob.press()
  expect(low.fob.lcd.lowBattery).toBe(true)
})
