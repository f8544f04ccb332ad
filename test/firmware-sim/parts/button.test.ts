import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { Button } from '../../../firmware-sim/parts/button.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

const secret = Buffer.from('12345678901234567890')
const bounces = fc.integer({ min: 0, max: 15_000 })
const seeds = fc.integer()

function buttonOf(bounceUs: number, seed = 1) {
  const clock = new VirtualClock()
  const edges: { readonly atUs: number; readonly closed: boolean }[] = []
  const button = new Button(clock, seededEntropy(seed), () =>
    edges.push({ atUs: clock.nowUs(), closed: button.closed }),
  )
  button.bounceUs = bounceUs
  return { clock, button, edges }
}

function hotpFob(bounceUs: number, seed: number) {
  const clock = new VirtualClock()
  const fob = createFob({ kind: 'HOTP', secret, clock, entropy: seededEntropy(seed) })
  fob.button.bounceUs = bounceUs
  return { clock, fob }
}

describe('the contact', () => {
  test('closes and opens once when it is clean', async () => {
    const { clock, button, edges } = buttonOf(0)
    button.down()
    await clock.runFor({ milliseconds: 200 })
    button.up()
    await clock.runFor({ milliseconds: 200 })
    expect(edges).toEqual([
      { atUs: 0, closed: true },
      { atUs: 200_000, closed: false },
    ])
  })

  test('chatters for no longer than its bounce, and comes to rest where the finger wants it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15_000 }), seeds, async (bounceUs, seed) => {
        const { clock, button, edges } = buttonOf(bounceUs, seed)
        for (const move of ['down', 'up', 'down'] as const) {
          const startUs = clock.nowUs()
          edges.length = 0
          button[move]()
          await clock.runFor({ milliseconds: 100 })
          expect(edges.length).toBeGreaterThanOrEqual(3)
          expect((edges.at(-1)?.atUs ?? 0) - startUs).toBeLessThanOrEqual(bounceUs)
          for (const [index, { closed }] of edges.entries())
            expect(closed).toBe((index % 2 === 0) === (move === 'down'))
          expect(button.closed).toBe(move === 'down')
        }
      }),
    )
  })

  test('is open when the finger has gone, however short it was there', async () => {
    await fc.assert(
      fc.asyncProperty(bounces, seeds, fc.integer({ min: 0, max: 20_000 }), async (bounceUs, seed, downUs) => {
        const { clock, button } = buttonOf(bounceUs, seed)
        button.down()
        await clock.runFor({ microseconds: downUs })
        button.up()
        await clock.runFor({ milliseconds: 100 })
        expect(button.closed).toBe(false)
      }),
    )
  })

  test('reports no edge when it is pressed twice', () => {
    const { button, edges } = buttonOf(0)
    button.down()
    button.down()
    expect(edges).toHaveLength(1)
  })
})

describe('an HOTP fob', () => {
  test('burns one counter a press, however its button bounces', async () => {
    await fc.assert(
      fc.asyncProperty(bounces, seeds, async (bounceUs, seed) => {
        const { fob } = hotpFob(bounceUs, seed)
        for (let counter = 0; counter < 5; counter++) {
          expect(fob.counter).toBe(counter)
          expect(await fob.press()).toBe(hotp(secretKey(secret), counter))
        }
      }),
      { numRuns: 50 },
    )
  })

  test('burns one counter a press of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        bounces,
        seeds,
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 5 }),
        async (bounceUs, seed, holdsMs) => {
          const { clock, fob } = hotpFob(bounceUs, seed)
          for (const [index, milliseconds] of holdsMs.entries()) {
            await fob.hold({ milliseconds })
            await clock.runFor({ milliseconds: 100 })
            expect(fob.counter).toBe(index + 1)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('burns one counter a press when time is skipped in the middle of its bounce', async () => {
    const { clock, fob } = hotpFob(15_000, 7)
    for (let counter = 0; counter < 20; counter++) {
      expect(fob.counter).toBe(counter)
      await fob.press()
      await clock.fastForward({ hours: 1 })
    }
  })

  test('gives two codes to two who press at once', async () => {
    const { fob } = hotpFob(0, 1)
    const codes = await Promise.all([fob.press(), fob.press(), fob.press()])
    expect(codes).toEqual([0, 1, 2].map(counter => hotp(secretKey(secret), counter)))
  })

  test('with its button stuck shows its one code and then every segment until it is let go, and burns no more counters', async () => {
    const { clock, fob } = hotpFob(0, 1)
    fob.button.down()
    expect(fob.lcd.text).toBe('755224')
    await clock.runFor({ days: 1 })
    expect(fob.counter).toBe(1)
    expect(fob.lcd.text).toBe('888888')
    fob.button.up()
    expect(fob.lcd.lit).toBe(false)
    await clock.runFor({ seconds: 1 })
    expect(await fob.press()).toBe('287082')
  })

  test('takes a finger that comes back within the debounce time and stays', async () => {
    const { clock, fob } = hotpFob(0, 1)
    fob.button.down()
    await clock.runFor({ milliseconds: 30 })
    fob.button.up()
    await clock.runFor({ milliseconds: 5 })
    fob.button.down()
    expect(fob.counter).toBe(1)
    await clock.runFor({ milliseconds: 15 })
    expect(fob.counter).toBe(2)
  })
})

describe('held', () => {
  test('for three seconds it lights every segment until it is let go', async () => {
    const { clock, fob } = hotpFob(0, 1)
    fob.button.down()
    await clock.runFor({ milliseconds: 2999 })
    expect(fob.lcd.text).toBe('755224')
    await clock.runFor({ milliseconds: 1 })
    expect(fob.lcd.segments).toEqual(Array(6).fill(0x7f))
    expect(fob.lcd).toMatchObject({ bar: 6, lowBattery: true })
    await clock.runFor({ seconds: 20 })
    expect(fob.lcd.text).toBe('888888')
    fob.button.up()
    expect(fob.lcd).toMatchObject({ lit: false, text: '', bar: 0, lowBattery: false })
  })

  test('for less it shows a code as any press does', async () => {
    const { fob } = hotpFob(0, 1)
    await fob.hold({ seconds: 2 })
    expect(fob.lcd.text).toBe('755224')
  })

  test('it can be pressed as soon as it has been let go', async () => {
    const { fob } = hotpFob(0, 1)
    await fob.hold({ seconds: 3 })
    expect(await fob.press()).toBe('287082')
  })
})
