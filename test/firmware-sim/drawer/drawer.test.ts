import { createSecretKey } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Drawer } from '../../../firmware-sim/drawer/drawer.ts'
import { dayUs } from '../../../protocol/time/duration.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { tier } from '../../tier.ts'
import { wire } from '../wired-host.ts'
import { Holder } from './holder.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const secret = Buffer.from('12345678901234567890')
let folder = ''
let clock = new VirtualClock()
let drawer: Drawer

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'softfob-drawer-')), 'fobs')
  clock = new VirtualClock(1_700_000_040_000_000)
  drawer = new Drawer({ folder, key, clock, entropy: seededEntropy(1) })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

function fileOf(name: string): string {
  return join(folder, `${name}.fob`)
}

describe('a fob at rest', () => {
  test('is a file whose clock runs on', async () => {
    drawer.make('alice', { secret, crystal: { ppm: 20 } })
    await clock.fastForward({ days: 90 })
    const { fob, putBack } = drawer.take('alice')
    expect(fob.driftUs).toBe(Math.floor(20e-6 * 90 * dayUs))
    await putBack()
    await clock.fastForward({ days: 90 })
    expect(drawer.take('alice').fob.driftUs).toBe(Math.floor(20e-6 * 180 * dayUs))
  })

  test('is written by each press of HOTP, and by save; nothing else of it is kept', async () => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    const first = drawer.take('alice')
    expect(await first.fob.press()).toBe('755224')
    first.fob.heat(40)
    await first.putBack()
    const second = drawer.take('alice')
    expect(second.fob.celsius).toBe(25)
    expect(await second.fob.press()).toBe('287082')
    second.fob.heat(40)
    second.save()
    await second.putBack()
    expect(drawer.take('alice').fob).toMatchObject({ celsius: 40, counter: 2 })
  })

  test('that was broken open has lost its seed for good, saved or not', async () => {
    drawer.make('alice', { secret })
    const hand = drawer.take('alice')
    hand.fob.tamper()
    await hand.putBack()
    expect(drawer.take('alice').fob.state).toBe('erased')
  })

  test('is a file of its owner’s own, in a folder of the owner’s own, with nothing left beside it', async () => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    const hand = drawer.take('alice')
    await hand.fob.press()
    await hand.putBack()
    expect(readdirSync(folder).sort()).toEqual(['.alice.lock', '.drawer.lock', 'alice.fob'])
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })
})

describe('names and serial numbers', () => {
  test.each(['a', 'alice', 'Alice_2@work+home-1', '9', 'x'.repeat(64)])('"%s" can name a fob', name => {
    drawer.make(name, {})
    expect(drawer.names()).toEqual([name])
  })

  test.each(['', '.', '..', '.hidden', '-x', '../alice', 'a/b', 'a b', 'a.b', 'ä', 'x'.repeat(65), 'alice\n', 'a\0'])(
    '%j can not, and none of that name is there',
    name => {
      expect(() => drawer.make(name, {})).toThrow(expect.objectContaining({ code: 'bad-name' }))
      expect(drawer.has(name)).toBe(false)
      expect(() => drawer.take(name)).toThrow(expect.objectContaining({ code: 'unknown-fob' }))
      expect(existsSync(folder)).toBe(false)
    },
  )

  test('a name is taken once', () => {
    drawer.make('alice', { serialNumber: 'GAHT00000001' })
    const before = readFileSync(fileOf('alice'))
    expect(() => drawer.make('alice', {})).toThrow(expect.objectContaining({ code: 'name-taken' }))
    expect(readFileSync(fileOf('alice'))).toEqual(before)
  })

  test('a serial number is taken once, and the message says by whom', () => {
    drawer.make('alice', { serialNumber: 'GAHT00000001' })
    const twin = () => drawer.make('bob', { serialNumber: 'GAHT00000001' })
    expect(twin).toThrow(expect.objectContaining({ code: 'serial-taken' }))
    expect(twin).toThrow('that of alice')
    expect(drawer.names()).toEqual(['alice'])
  })

  test('an option that no fob has leaves the drawer as it was', () => {
    expect(() => drawer.make('alice', { secret: 'GEZ1' })).toThrow(RangeError)
    drawer.make('alice', { secret })
    expect(drawer.names()).toEqual(['alice'])
  })
})

describe('the list', () => {
  test('of a drawer that was never opened is empty', () => {
    expect(drawer.list()).toEqual({ fobs: [], errors: [] })
    expect(existsSync(folder)).toBe(false)
  })

  test('has the heads of all that can be read, by name, and the errors of those that can’t', () => {
    drawer.make('carol', { serialNumber: 'GAHT00000003', kind: 'HOTP' })
    drawer.make('alice', { serialNumber: 'GAHT00000001' })
    writeFileSync(fileOf('bob'), '{')
    const { fobs, errors } = drawer.list()
    expect(fobs).toMatchObject([
      { name: 'alice', serialNumber: 'GAHT00000001', kind: 'TOTP' },
      { name: 'carol', serialNumber: 'GAHT00000003', kind: 'HOTP' },
    ])
    expect(errors).toMatchObject([{ code: 'damaged' }])
    expect(errors[0]?.message).toContain(fileOf('bob'))
  })
})

test('a folder named like a fob is told as damaged, and is in the way of no other', () => {
  drawer.make('alice', {})
  mkdirSync(fileOf('carol'))
  const damaged = { code: 'damaged', message: expect.stringContaining(`${fileOf('carol')} can't be read (EISDIR)`) }
  const { fobs, errors } = drawer.list()
  expect(fobs).toMatchObject([{ name: 'alice' }])
  expect(errors).toEqual([expect.objectContaining(damaged)])
  expect(() => drawer.take('carol')).toThrow(expect.objectContaining(damaged))
})

test('a fob thrown away between two looks at the folder is not in the list, and is unknown to whoever takes it', () => {
  drawer.make('alice', {})
  vi.spyOn(drawer, 'names').mockReturnValue(['alice', 'gone'])
  vi.spyOn(drawer, 'has').mockReturnValue(true)
  expect(drawer.list()).toMatchObject({ fobs: [{ name: 'alice' }], errors: [] })
  expect(() => drawer.take('gone')).toThrow(expect.objectContaining({ code: 'unknown-fob' }))
})

describe('a fob that can’t be taken', () => {
  test('is not there', () => {
    expect(() => drawer.take('alice')).toThrow(
      expect.objectContaining({ code: 'unknown-fob', message: 'there is no fob alice' }),
    )
  })

  test('is damaged; once its file is put back it can', () => {
    drawer.make('alice', { secret })
    const text = readFileSync(fileOf('alice'), 'utf8')
    writeFileSync(fileOf('alice'), text.slice(0, -10))
    expect(() => drawer.take('alice')).toThrow(expect.objectContaining({ code: 'damaged' }))
    writeFileSync(fileOf('alice'), text)
    expect(drawer.take('alice').fob.state).toBe('personalised')
  })

  test('is a copy of another one, which would show its codes again', async () => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    copyFileSync(fileOf('alice'), fileOf('bob'))
    expect(() => drawer.take('bob')).toThrow(
      expect.objectContaining({
        code: 'damaged',
        message: `${fileOf('bob')} is the fob alice: delete this copy of it`,
      }),
    )
    const { fobs, errors } = drawer.list()
    expect(fobs.map(({ name }) => name)).toEqual(['alice'])
    expect(errors).toEqual([expect.objectContaining({ code: 'damaged' })])
    expect(await drawer.take('alice').fob.press()).toBe('755224')
  })

  test('is under another key', () => {
    drawer.make('alice', { secret })
    const other = new Drawer({ folder, key: createSecretKey(Buffer.alloc(32, 2)), clock, entropy: seededEntropy(1) })
    expect(() => other.take('alice')).toThrow(expect.objectContaining({ code: 'damaged' }))
  })
})

describe('a fob whose seed is delivered', () => {
  test('goes in when it has been', async () => {
    const fob = await drawer.makeDelivered('alice', {}, async () => expect(drawer.has('alice')).toBe(false))
    expect(drawer.list().fobs).toEqual([expect.objectContaining({ name: 'alice', serialNumber: fob.serialNumber })])
  })

  test('does not go in when it could not be, and its name stays free', async () => {
    const refused = drawer.makeDelivered('alice', {}, async () => Promise.reject(new Error('the store is full')))
    await expect(refused).rejects.toThrow('the store is full')
    expect(drawer.names()).toEqual([])
    drawer.make('alice', {})
  })
})

const noFullDevice = existsSync('/dev/full') ? undefined : '/dev/full, which Linux has'
tier('a disk that is full', noFullDevice, () => {
  /** The next file that is written goes to a device that takes nothing. */
  function fill(): void {
    symlinkSync('/dev/full', `${fileOf('alice')}.new`)
  }

  test('lets an HOTP fob show Err and no code, and keeps the old file; with room again no code comes twice', async () => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    const { fob } = drawer.take('alice')
    expect(await fob.press()).toBe('755224')
    const before = readFileSync(fileOf('alice'))
    const host = wire(fob)
    host.say({ type: 'request', txid: 1, name: 'getCode', body: {} })
    await host.taken()

    fill()
    const press = fob.press()
    await expect(press).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'not-written' } })
    await expect(press).rejects.toThrow('the disk is full: make room there; what it held is unchanged')
    expect(fob.lcd.text).toBe('Err  1')
    expect(await host.taken()).toMatchObject([{ type: 'failure', body: { reason: 'storage-failed' } }])
    expect(readFileSync(fileOf('alice'))).toEqual(before)

    expect(await fob.press()).toBe('287082')
    expect(await fob.press()).toBe('359152')
  })

  test('is told by save, and TOTP gives codes all the same', async () => {
    drawer.make('alice', { secret })
    const { fob, save } = drawer.take('alice')
    fill()
    expect(await fob.press()).toMatch(/^\d{6}$/)
    expect(save).toThrow(expect.objectContaining({ code: 'not-written' }))
    expect(readdirSync(folder)).not.toContain('alice.fob.new')
    save()
  })
})

test('a file that can’t be written for another reason is named with it', async () => {
  drawer.make('alice', { secret, kind: 'HOTP' })
  mkdirSync(`${fileOf('alice')}.new`)
  const { fob } = drawer.take('alice')
  await expect(fob.press()).rejects.toThrow('EISDIR')
  expect(fob.counter).toBe(0)
})

describe('a lock that was lost', () => {
  test.each([
    ['deleted', (path: string) => rmSync(path)],
    [
      'replaced',
      (path: string) => {
        rmSync(path)
        writeFileSync(path, '')
      },
    ],
  ])('because its file was %s lets nothing be written, and gives no HOTP code', async (_, lose) => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    const hand = drawer.take('alice')
    const before = readFileSync(fileOf('alice'))
    lose(join(folder, '.alice.lock'))
    const press = hand.fob.press()
    await expect(press).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'lost-lock' } })
    expect(hand.save).toThrow(expect.objectContaining({ code: 'lost-lock' }))
    expect(readFileSync(fileOf('alice'))).toEqual(before)
  })

  test('because the fob was put back ends its writing too, and it can be put back twice', async () => {
    drawer.make('alice', { secret, kind: 'HOTP' })
    const hand = drawer.take('alice')
    await hand.putBack()
    await hand.putBack()
    await expect(hand.fob.press()).rejects.toMatchObject({ cause: { code: 'lost-lock' } })
    expect(await drawer.take('alice').fob.press()).toBe('755224')
  })
})

describe('two processes', () => {
  test('never hold one fob; when one has died the other can', async () => {
    drawer.make('alice', { secret })
    using other = await Holder.of(folder, 'alice')
    expect(other.said).toBe('held')
    expect(() => drawer.take('alice')).toThrow(
      expect.objectContaining({
        code: 'in-use',
        message: expect.stringContaining('alice is in use by another process'),
      }),
    )
    await other.kill()
    expect(drawer.take('alice').fob.state).toBe('personalised')
  })

  test('nor when the one that holds it tries to take it again', async () => {
    drawer.make('alice', { secret })
    const hand = drawer.take('alice')
    expect(() => drawer.take('alice')).toThrow(expect.objectContaining({ code: 'in-use' }))
    using other = await Holder.of(folder, 'alice')
    expect(other.said).toBe('in-use')
    await hand.putBack()
    expect(drawer.take('alice').fob.state).toBe('personalised')
  })

  test('can hold one each', async () => {
    drawer.make('alice', { secret })
    drawer.make('bob', { secret })
    using other = await Holder.of(folder, 'bob')
    expect(other.said).toBe('held')
    expect(drawer.take('alice').fob.state).toBe('personalised')
  })

  test('wait for each other as long as they are told to', async () => {
    drawer.make('alice', { secret })
    using other = await Holder.of(folder, 'alice')
    expect(other.said).toBe('held')
    await other.letGo()
    expect(drawer.take('alice', 5000).fob.state).toBe('personalised')
  })
})
