import { describe, expect, test } from 'vitest'
import { readCode } from '../../firmware-sim/reading.ts'
import { benchFob } from './wired-host.ts'

describe('of TOTP', () => {
  test('a reading says when the code ends, in true time', async () => {
    const { clock, fob } = benchFob({ clockOffset: { seconds: 2 } })
    expect(await readCode(fob, clock)).toEqual({
      code: fob.lcd.text,
      serialNumber: 'GAHT12345678',
      expiresAt: '2023-11-14T22:14:28.000Z',
    })
  })

  test('a code with too little life is waited out, and the wait is told', async () => {
    const { clock, fob } = benchFob()
    await clock.runFor({ seconds: 26 })
    const waits: number[] = []
    const reading = await readCode(fob, clock, { minRemainingUs: 5e6, onWait: us => waits.push(us) })
    expect(waits).toEqual([4e6])
    expect(reading.expiresAt).toBe('2023-11-14T22:15:00.000Z')
  })

  test('is waited out to the very end of its step, though its display changes meanwhile', async () => {
    for (const ppm of [-20, 7, 20]) {
      const { clock, fob } = benchFob({ crystal: { ppm } })
      await clock.fastForward({ days: 1.1 })
      await fob.press()
      await clock.runFor({ seconds: 5 })
      const { expiresAt = '' } = await readCode(fob, clock, { minRemainingUs: 28e6 })
      expect(Date.parse(expiresAt) - clock.nowUs() / 1000).toBeGreaterThan(28_000)
    }
  })

  test('a code with life enough is not', async () => {
    const { clock, fob } = benchFob()
    await clock.runFor({ seconds: 25 })
    const startUs = clock.nowUs()
    await readCode(fob, clock, { minRemainingUs: 5e6 })
    expect(clock.nowUs()).toBe(startUs)
  })

  test('more life than a step has is refused', async () => {
    const { clock, fob } = benchFob()
    await expect(readCode(fob, clock, { minRemainingUs: 31e6 })).rejects.toThrow(
      'a code lives 30 s: ask for that or less',
    )
  })
})

test('of HOTP it has the counter of the code, also when several are read at once', async () => {
  const { clock, fob } = benchFob({ kind: 'HOTP' })
  const readings = await Promise.all([1, 2, 3].map(() => readCode(fob, clock)))
  expect(readings).toEqual(
    ['755224', '287082', '359152'].map((code, counter) => ({ code, serialNumber: 'GAHT12345678', counter })),
  )
})
