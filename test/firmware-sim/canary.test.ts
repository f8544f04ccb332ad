import { createSecretKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { createFob, restoreFob } from '../../firmware-sim/create-fob.ts'
import { Drawer } from '../../firmware-sim/drawer/drawer.ts'
import { encodeMessage } from '../../protocol/messages/codec.ts'
import { commands } from '../../protocol/messages/table.ts'
import { encodeBase32 } from '../../protocol/oath/base32.ts'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'
import { sightings } from './sightings.ts'
import { benchFob, wire } from './wired-host.ts'

/** The canary: bytes that come up by chance nowhere. */
const secret = Buffer.from('c0ffee5eed0123456789abcdeffedcba98765432', 'hex')
const folder = mkdtempSync(join(tmpdir(), 'softfob-canary-'))
afterAll(() => rmSync(folder, { recursive: true }))

function inspected(value: unknown): string {
  return inspect(value, { depth: null, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null })
}

async function failure(action: () => unknown): Promise<unknown> {
  try {
    await action()
  } catch (error) {
    return error
  }
  throw new Error('it was to fail')
}

describe('the search itself finds a secret', () => {
  const buried = Buffer.concat([Buffer.from('x'), secret, Buffer.from('yz')])
  test.each([
    ['raw', buried],
    [
      'raw',
      inspected({ text: secret.toString('latin1') }).replace(/\\x(..)/g, (_, hex) =>
        String.fromCharCode(parseInt(hex, 16)),
      ),
    ],
    ['hex', `seed ${secret.toString('hex').toUpperCase()}`],
    ['hex', inspected(secret)],
    ['base32', `otpauth://totp/a?secret=${encodeBase32(secret)}&digits=6`],
    ['base64', secret.toString('base64url')],
    ['base64', buried.toString('base64')],
    ['base64', buried.subarray(1).toString('base64')],
    ['base64', Buffer.concat([Buffer.from('xy'), secret]).toString('base64')],
    ['number array', JSON.stringify({ secret: [...secret] })],
    ['number array', inspected([...secret])],
    ['number array', secret],
  ])('as %s', (form, where) => {
    const seen = sightings(secret, form === 'number array' && Buffer.isBuffer(where) ? where.toJSON() : where)
    expect(seen).toContain(form)
  })

  test('and nothing where there is none', () => {
    expect(sightings(secret, 'c0ffee')).toEqual([])
    expect(sightings(secret, seededEntropy(1).bytes(10_000))).toEqual([])
  })
})

test('no snapshot shows the seed, whatever the fob has been through', async () => {
  const { clock, fob } = benchFob({ secret, kind: 'HOTP' })
  const snapshots = [fob.snapshot()]
  await fob.press()
  snapshots.push(fob.snapshot(), fob.snapshot(createSecretKey(Buffer.alloc(32, 9))))
  fob.tearNextWrite(3)
  await failure(() => fob.press())
  snapshots.push(restoreFob(fob.snapshot(), undefined, { clock }).snapshot())
  for (const snapshot of snapshots) {
    expect(sightings(secret, snapshot)).toEqual([])
    for (const box of [snapshot.vault, snapshot.flash])
      expect(sightings(secret, Buffer.from(box, 'base64'))).toEqual([])
  }
})

test('neither inspection nor JSON of a fob shows the seed', async () => {
  const { clock, fob } = benchFob({ secret })
  await fob.press()
  for (const one of [fob, restoreFob(fob.snapshot(), undefined, { clock })]) {
    expect(sightings(secret, inspected(one))).toEqual([])
    expect(sightings(secret, one)).toEqual([])
    expect(sightings(secret, `${one}`)).toEqual([])
  }
})

test('no error shows the seed', async () => {
  const { fob } = benchFob({ secret, kind: 'HOTP' }, () => {
    throw new Error('no room')
  })
  const errors = [
    await failure(() => fob.press()),
    await failure(() => createFob({ secret: `${encodeBase32(secret)}1` })),
    await failure(() => createFob({ secret: `${encodeBase32(secret)}A` })),
    await failure(() => createFob({ secret, digits: JSON.parse('9') })),
    await failure(() => restoreFob(fob.snapshot(), createSecretKey(Buffer.alloc(32)))),
    await failure(() => restoreFob({ ...fob.snapshot(), serialNumber: 'another-one' })),
  ]
  for (const error of errors) {
    expect(error).toBeInstanceOf(Error)
    expect(sightings(secret, inspected(error))).toEqual([])
  }
})

test('no byte on the wire shows the seed, whatever is asked', async () => {
  const { fob } = benchFob({ secret, kind: 'HOTP' })
  const host = wire(fob)
  const received: Uint8Array[] = []
  host.say({ type: 'request', txid: 1, name: 'hello', body: { version: 1 } })
  host.say({ type: 'request', txid: 2, name: 'readSerialNumber', body: {} })
  host.say({ type: 'request', txid: 3, name: 'readStatus', body: {} })
  host.say({ type: 'request', txid: 4, name: 'readClock', body: {} })
  host.say({ type: 'request', txid: 5, name: 'getCode', body: {} })
  received.push(...(await host.takenBytes()))
  await fob.press()
  for (let opcode = 0; opcode < 256; opcode++) host.sayBytes(Uint8Array.of(0, 1, opcode, opcode, 0xa0))
  host.sayBytes(encodeMessage({ type: 'cancel', txid: 5, name: 'getCode', body: {} }))
  fob.tamper()
  await failure(() => fob.press())
  received.push(...(await host.takenBytes()))
  expect(received.length).toBeGreaterThan(256)
  expect(Object.keys(commands)).toHaveLength(5)
  for (const bytes of received) expect(sightings(secret, bytes)).toEqual([])
})

test('no file of a drawer shows the seed, under its key or in the open', async () => {
  const key = createSecretKey(Buffer.alloc(32, 3))
  const drawer = new Drawer({ folder, key, clock: new VirtualClock(1_700_000_040_000_000), entropy: seededEntropy(1) })
  drawer.make('alice', { secret, kind: 'HOTP' })
  const hand = drawer.take('alice')
  await hand.fob.press()
  hand.save()
  await hand.putBack()
  const files = readdirSync(folder)
  expect(files).toContain('alice.fob')
  for (const file of files) {
    const bytes = readFileSync(join(folder, file))
    expect(sightings(secret, bytes)).toEqual([])
    const box = /"box":"([^"]+)"/.exec(bytes.toString())?.[1]
    if (box !== undefined) expect(sightings(secret, Buffer.from(box, 'base64'))).toEqual([])
  }
})
