import { HOTP, Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { createFob, type FobOptions, restoreFob } from '../../firmware-sim/create-fob.ts'
import { publishedKey } from '../../firmware-sim/fob.ts'
import { Vault } from '../../firmware-sim/parts/vault.ts'
import { memoryPort } from '../../firmware-sim/transport/memory.ts'
import { memoryHidPort } from '../../firmware-sim/transport/memory-hid.ts'
import { dayUs, yearUs } from '../../protocol/time/duration.ts'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { settled } from '../../protocol/time/settled.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'

const secret = Buffer.from('12345678901234567890')
const nowUs = 1_700_000_040_000_000

function fobOf(options: FobOptions = {}, save?: () => void) {
  const clock = new VirtualClock(nowUs)
  return { clock, fob: createFob({ clock, secret, ...options }, save) }
}

test('RFC 4226 appendix D is read off its LCD, press by press', async () => {
  const { fob } = fobOf({ kind: 'HOTP' })
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
  for (const code of codes) {
    expect(await fob.press()).toBe(code)
    expect(fob.lcd.text).toBe(code)
  }
})

/** RFC 6238 appendix B up to 2255, where microseconds leave the safe integers; test/protocol has the last one. */
const appendixB = [
  [59, 'SHA-1', '94287082'],
  [59, 'SHA-256', '46119246'],
  [59, 'SHA-512', '90693936'],
  [1111111109, 'SHA-1', '07081804'],
  [1111111109, 'SHA-256', '68084774'],
  [1111111109, 'SHA-512', '25091201'],
  [1111111111, 'SHA-1', '14050471'],
  [1111111111, 'SHA-256', '67062674'],
  [1111111111, 'SHA-512', '99943326'],
  [1234567890, 'SHA-1', '89005924'],
  [1234567890, 'SHA-256', '91819424'],
  [1234567890, 'SHA-512', '93441116'],
  [2000000000, 'SHA-1', '69279037'],
  [2000000000, 'SHA-256', '90698825'],
  [2000000000, 'SHA-512', '38618901'],
] as const
const secretLengths = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-512': 64 }

test.each(appendixB)('RFC 6238 appendix B at %d s with %s is %s on its LCD', async (seconds, hash, code) => {
  const clock = new VirtualClock(seconds * 1e6)
  const long = Buffer.from('1234567890'.repeat(7)).subarray(0, secretLengths[hash])
  const fob = createFob({ clock, secret: long, hash, digits: 8 })
  expect(await fob.press()).toBe(code)
  expect(fob.lcd.text).toBe(code)
})

describe.each(['SHA-1', 'SHA-256', 'SHA-512'] as const)('with %s', hash => {
  const theirs = { secret: new Secret({ buffer: new Uint8Array(secret).buffer }), algorithm: hash.replace('-', '') }

  test.each([6, 7, 8] as const)('%d digits are those of otpauth, over 40 steps of 30 and of 60 s', async digits => {
    for (const timeStepSeconds of [30, 60]) {
      const { clock, fob } = fobOf({ hash, digits, timeStepSeconds })
      for (let step = 0; step < 40; step++) {
        const expected = TOTP.generate({ ...theirs, digits, period: timeStepSeconds, timestamp: clock.nowUs() / 1000 })
        expect(await fob.press()).toBe(expected)
        await clock.runFor({ seconds: timeStepSeconds - 0.3 })
      }
    }
  })

  test.each([6, 7, 8] as const)('%d digits are those of otpauth, over 40 counters', async digits => {
    const { fob } = fobOf({ kind: 'HOTP', hash, digits, counter: 2 ** 32 - 20 })
    for (let counter = 2 ** 32 - 20; counter < 2 ** 32 + 20; counter++) {
      expect(await fob.press()).toBe(HOTP.generate({ ...theirs, digits, counter }))
    }
  })
})

test('its code is that of its own clock', async () => {
  const { clock, fob } = fobOf({ clockOffset: { minutes: -7 }, crystal: { ppm: 20 } })
  await clock.fastForward({ days: 365.25 })
  expect(fob.driftUs).toBe(-7 * 60e6 + Math.floor(20e-6 * yearUs))
  expect(await fob.press()).toBe(
    TOTP.generate({
      secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
      timestamp: (clock.nowUs() + fob.driftUs) / 1000,
    }),
  )
})

test.each([-80, 0, 80])(
  'its step ends at the first instant that its own clock, of %d ppm, has in the next',
  async ppm => {
    const { clock, fob } = fobOf({ clockOffset: { seconds: 7 }, crystal: { ppm } })
    await clock.fastForward({ days: 30 })
    const step = () => Math.floor(fob.deviceTimeUs / 30e6)
    const before = step()
    await clock.runFor({ microseconds: fob.stepEndsUs - clock.nowUs() - 1 })
    expect(step()).toBe(before)
    await clock.runFor({ microseconds: 1 })
    expect(step()).toBe(before + 1)
  },
)

test('heat slows its clock from then on', async () => {
  const { clock, fob } = fobOf()
  fob.heat(-20)
  await clock.fastForward({ days: 30 })
  expect(fob.celsius).toBe(-20)
  expect(fob.driftUs).toBe(Math.floor(-0.034e-6 * 45 ** 2 * 30 * dayUs))
})

test('a fob that is left alone has no alarm', async () => {
  const armed: number[] = []
  class Watched extends VirtualClock {
    override setAlarm(atUs: number, ring: () => void) {
      armed.push(atUs)
      return super.setAlarm(atUs, ring)
    }
  }
  const clock = new Watched(nowUs)
  const fob = createFob({ clock, secret })
  expect(armed).toEqual([])
  await fob.press()
  await clock.runFor({ minutes: 1 })
  armed.length = 0
  await clock.runFor({ days: 10 })
  expect(armed).toEqual([])
})

describe('a press that shows no code says why', () => {
  test('tampered: its seed is gone, and stays so in the snapshot and in what was saved', async () => {
    const saved: string[] = []
    const { clock, fob } = fobOf({}, () => saved.push(fob.snapshot().vault))
    await fob.press()
    fob.tamper()
    await expect(fob.press()).rejects.toMatchObject({ code: 'erased' })
    expect(fob.lcd.text).toBe('------')
    expect(fob.state).toBe('erased')
    expect(saved).toHaveLength(1)
    expect(Vault.unseal(saved[0] ?? '', publishedKey, fob.serialNumber).state).toBe('erased')
    expect(restoreFob(fob.snapshot(), publishedKey, { clock }).state).toBe('erased')
  })

  test('blank: it was never personalised', async () => {
    const { clock, fob } = fobOf()
    const vault = Vault.blank().seal(publishedKey, fob.serialNumber, seededEntropy(1))
    const blank = restoreFob({ ...fob.snapshot(), vault }, publishedKey, { clock })
    await expect(blank.press()).rejects.toMatchObject({ code: 'blank' })
    expect(blank.lcd.text).toBe('------')
  })

  test('storage failed: it shows Err 1, burns no counter that was shown, and recovers', async () => {
    let room = true
    const { clock, fob } = fobOf({ kind: 'HOTP' }, () => {
      if (!room) throw new Error('no room')
    })
    expect(await fob.press()).toBe('755224')
    room = false
    const press = fob.press()
    await expect(press).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(press).rejects.toThrow('Err 1: its counter could not be written, so no code was given (no room)')
    expect(fob.lcd.text).toBe('Err  1')
    await clock.runFor({ seconds: 30 })
    expect(fob.lcd.lit).toBe(false)
    room = true
    expect(await fob.press()).toBe('287082')
  })

  test('flat: nothing can be read; a new cell lets the clock go on from where it stood', async () => {
    const { clock, fob } = fobOf({ battery: { percent: 1 } })
    await fob.press()
    await clock.runFor({ days: 365 })
    expect(fob.batteryPercent).toBe(0)
    expect(fob.batteryVolts).toBe(2)
    await expect(fob.press()).rejects.toMatchObject({ code: 'too-pale' })
    const stoodAtUs = fob.deviceTimeUs
    expect(fob.toWorldUs(stoodAtUs + 1)).toBe(Number.POSITIVE_INFINITY)
    await clock.fastForward({ days: 1 })
    expect(fob.deviceTimeUs).toBe(stoodAtUs)
    fob.replaceBattery()
    await clock.runFor({ hours: 1 })
    expect(fob.deviceTimeUs).toBe(stoodAtUs + 3600e6)
    expect(fob.batteryPercent).toBe(100)
    expect(fob.lcd.lit).toBe(false)
    expect(await fob.press()).toMatch(/^\d{6}$/)
  })

  test('pale: the last of a cell runs the clock and shows nothing', async () => {
    const { clock, fob } = fobOf({ battery: { percent: 0.2 } })
    await expect(fob.press()).rejects.toMatchObject({ code: 'too-pale' })
    const before = fob.deviceTimeUs
    await clock.runFor({ days: 1 })
    expect(fob.deviceTimeUs).toBe(before + dayUs)
  })
})

test('a new cell of more than it can hold is refused', () => {
  expect(() => fobOf().fob.replaceBattery({ percent: 101 })).toThrow(RangeError)
})

describe('power that fails in the middle of a write', () => {
  test.each([0, 7, 15])('after %d bytes: no code, dark, the cable broken; and no code twice', async bytes => {
    const { fob } = fobOf({ kind: 'HOTP' })
    const port = memoryPort()
    fob.plug(port)
    let hungUp = false
    port.connect().onClose(() => {
      hungUp = true
    })
    expect(await fob.press()).toBe('755224')
    fob.tearNextWrite(bytes)
    await expect(fob.press()).rejects.toMatchObject({ code: 'power-lost' })
    expect(fob.lcd.lit).toBe(false)
    expect(hungUp).toBe(true)
    expect(await fob.press()).toBe('287082')
    expect(await fob.press()).toBe('359152')
  })

  test('after the last byte skips a code and repeats none', async () => {
    const { fob } = fobOf({ kind: 'HOTP' })
    fob.tearNextWrite(16)
    expect(await fob.press()).toBe('755224')
    await expect(fob.press()).rejects.toMatchObject({ code: 'power-lost' })
    expect(await fob.press()).toBe('287082')
  })

  test('leaves it at rest, though the finger is still on its button', async () => {
    const { clock, fob } = fobOf({ kind: 'HOTP' })
    fob.tearNextWrite(3)
    fob.button.down()
    await clock.runFor({ seconds: 5 })
    expect(fob).toMatchObject({ counter: 0, lcd: { lit: false } })
    fob.button.up()
    expect(await fob.press()).toBe('755224')
  })

  test('while the button bounces does not break the clock', async () => {
    const { clock, fob } = fobOf({ kind: 'HOTP' })
    fob.button.down()
    await clock.runFor({ milliseconds: 30 })
    fob.button.up()
    fob.button.down()
    fob.tearNextWrite(3)
    await clock.runFor({ milliseconds: 20 })
    expect(fob.lcd.lit).toBe(false)
    fob.button.up()
    expect(await fob.press()).toBe('287082')
  })
})

test('a fob that was disposed of has hung up and goes dark by no alarm', async () => {
  const { clock, fob } = fobOf()
  const port = memoryPort()
  fob.plug(port)
  let hungUp = false
  port.connect().onClose(() => {
    hungUp = true
  })
  await fob.press()
  await fob[Symbol.asyncDispose]()
  await clock.runFor({ minutes: 1 })
  expect(hungUp).toBe(true)
  expect(fob.lcd.lit).toBe(true)
})

test('broken frames are counted on every port, and those of a port that it was pulled out of still are', async () => {
  const { fob } = fobOf()
  const [serial, hid] = [memoryPort(), memoryHidPort()]
  fob.plug(serial)
  fob.plug(hid)
  serial.connect().write(Uint8Array.of(0, 3, 0x55, 0x55, 0))
  hid.connect().send(new Uint8Array(3))
  await settled()
  expect(fob.dropped).toBe(2)
  fob.unplug(hid)
  expect([fob.dropped, [...fob.ports]]).toEqual([2, [serial]])
  fob.unplug()
  expect([fob.dropped, fob.ports.size]).toEqual([2, 0])
})

test('a display that a jump darkens late has drawn power until it was due to go dark, and no longer', async () => {
  const chargeAfter = async (pass: (clock: VirtualClock) => Promise<void>) => {
    const clock = new VirtualClock(1.7e15)
    const fob = createFob({ clock })
    await fob.press()
    await pass(clock)
    return fob.batteryPercent
  }
  const walked = await chargeAfter(clock => clock.runFor({ days: 90 }))
  expect(walked).toBe(98)
  expect(await chargeAfter(clock => clock.fastForward({ days: 90 }))).toBe(walked)
})

test('a snapshot is restored as the product that it is of, or not at all', () => {
  const { fob } = fobOf()
  expect(() => restoreFob({ ...fob.snapshot(), model: 'SF-9' })).toThrow('of a SF-9, not of a SF-1')
})

test('a press that the fob takes no notice of is no code, though an old one stands on the glass', async () => {
  const { fob } = fobOf({ kind: 'HOTP' })
  // A contact so worn that it still chatters when the finger comes back.
  fob.button.bounceUs = 300_000
  const codes = new Set<string>()
  let [given, ignored] = [0, 0]
  for (let press = 0; press < 200; press++) {
    await fob.press().then(
      code => {
        given++
        codes.add(code)
      },
      error => {
        ignored++
        expect(error).toMatchObject({ code: 'ignored' })
      },
    )
  }
  expect(ignored).toBeGreaterThan(0)
  expect(codes.size).toBe(given)
})

test('a new cell starts it anew: what stood on the glass when the old one failed is gone', async () => {
  const { clock, fob } = fobOf({ kind: 'HOTP' })
  const code = await fob.press()
  fob.replaceBattery({ percent: 0 })
  await clock.fastForward({ days: 90 })
  fob.replaceBattery()
  expect(fob.lcd.lit).toBe(false)
  expect(await fob.press()).not.toBe(code)
})
