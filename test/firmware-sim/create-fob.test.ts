import { describe, expect, test } from 'vitest'
import { checkSerialNumber, createFob, type FobOptions } from '../../firmware-sim/create-fob.ts'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'

const clock = new VirtualClock(1_700_000_040_000_000)

test('a fob is born personalised: TOTP, SHA-1, six digits, 30 s, a full cell, at 25 °C and on time', () => {
  const fob = createFob({ clock })
  expect(fob).toMatchObject({
    state: 'personalised',
    celsius: 25,
    driftUs: 0,
    batteryPercent: 100,
    key: { kind: 'TOTP', hash: 'SHA-1', digits: 6, timeStepSeconds: 30, counter: 0 },
  })
  expect(fob.serialNumber).toMatch(/^GAHT\d{8}$/)
})

test('one seed of chance makes the same fob, and another one another', async () => {
  const [a, b, c] = [1, 1, 2].map(seed => createFob({ clock, entropy: seededEntropy(seed) }))
  expect(a?.serialNumber).toBe(b?.serialNumber)
  expect(await a?.press()).toBe(await b?.press())
  expect(c?.serialNumber).not.toBe(a?.serialNumber)
})

test('a secret in base 32 is that of its bytes', async () => {
  const bytes = createFob({ clock, secret: Buffer.from('12345678901234567890'), kind: 'HOTP' })
  const text = createFob({ clock, secret: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq', kind: 'HOTP' })
  expect(await text.press()).toBe('755224')
  expect(await bytes.press()).toBe('755224')
})

describe('an option that no fob has is refused by name', () => {
  // What a caller without types may pass.
  const wrong = (options: unknown) => options as FobOptions
  test.each([
    [{ serialNumber: 'SHORT' }, '"SHORT" is no serial number'],
    [{ secret: '' }, 'the secret is empty'],
    [{ secret: 'GEZD1' }, 'not base 32: character 5 is "1"'],
    [{ kind: 'OCRA' }, 'kind must be one of TOTP, HOTP, not OCRA'],
    [{ hash: 'MD5' }, 'hash must be one of SHA-1, SHA-256, SHA-512, not MD5'],
    [{ digits: 9 }, 'digits must be one of 6, 7, 8, not 9'],
    [{ timeStepSeconds: 45 }, 'timeStepSeconds must be one of 30, 60, not 45'],
    [{ counter: -1 }, 'counter must be an integer from 0 to 2⁵², not -1'],
    [{ counter: 0.5 }, 'counter must be an integer from 0 to 2⁵², not 0.5'],
    [{ crystal: { ppm: 2000 } }, 'crystal.ppm must lie within ±1000 ppm, not 2000'],
    [{ celsius: 400 }, 'celsius must lie between -60 and 150, not 400'],
    [{ battery: { percent: 120 } }, 'battery.percent must lie between 0 and 100, not 120'],
    [{ clockOffset: 5 }, 'a duration needs its unit'],
  ])('%o', (options, message) => {
    expect(() => createFob(wrong({ clock, ...options }))).toThrow(message)
  })
})

test.each(['GAHT12345678', 'a=/:,.@-_+', 'x'.repeat(64)])('"%s" is a serial number', serialNumber => {
  expect(() => checkSerialNumber(serialNumber)).not.toThrow()
})

test.each(['', 'GAHT1234', 'x'.repeat(65), 'GAHT 12345678', 'GAHT12345678\n', 'GAHTé12345678'])(
  '"%s" is none',
  serialNumber => {
    expect(() => checkSerialNumber(serialNumber)).toThrow(RangeError)
  },
)
