import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { openSqliteStore } from '../../../host/identity/store/sqlite-store.ts'
import { sightings } from '../../firmware-sim/sightings.ts'
import { decisions, enableFor, keyRing, shown, startService, totpSeed, wrongCode } from './service-under-test.ts'
import { temporaryFile } from './temporary-folder.ts'

const secret = Buffer.from('5eed1e55ca9a21b0b0deadd0d05ca1edf00dfade', 'hex')
const seed = { ...totpSeed, secret }
const masterKey = keyRing.keys.get(1)?.export() ?? Buffer.alloc(0)

const inspected = (value: unknown) => inspect(value, { depth: null, showHidden: true, maxArrayLength: null })

async function failureOf(action: () => Promise<unknown>): Promise<unknown> {
  return action().then(
    () => {
      throw new Error('it was to fail')
    },
    error => error,
  )
}

test('a seed is nowhere to be seen but in the vendor’s hands', async () => {
  const path = temporaryFile('store')
  const store = await openSqliteStore(path)
  const started = startService(store)
  const { service, clock } = started
  const imported = await service.importDevice(seed)
  const told: unknown[] = [
    imported,
    await service.importDevice(seed),
    await service.createUser('alice'),
    await failureOf(() => service.importDevice({ ...seed, serialNumber: 'short' })),
    await failureOf(() => service.importDevice({ ...seed, serialNumber: 'GAHT00000009', counter: -1 })),
  ]
  await service.importDevice({
    ...seed,
    serialNumber: 'GAHT00000002',
    ...{ uri: `otpauth://${secret.toString('hex')}` },
  })
  await enableFor(started, 'alice', { ...seed, serialNumber: 'GAHT00000003' })
  for (const code of [shown(clock, seed), shown(clock, seed), wrongCode(clock, seed), 'none']) {
    told.push(await service.verify({ userName: 'alice', code }))
  }
  told.push(await service.listAllMfaDevices({ limit: 10 }), await service.listMfaDevices('alice'))
  told.push(await decisions(started), service)

  const otherKeys = startService(store).service
  const damaged = await store.get<{ seed: object }>('device/GAHT00000003')
  if (damaged === undefined) throw new Error('the device is gone')
  const moved = { ...damaged.value, seed: { keyVersion: 1, box: 'AAAA' } }
  await store.commit([{ key: damaged.key, expects: damaged.version, value: moved }])
  told.push(await failureOf(() => otherKeys.verify({ userName: 'alice', code: '123456' })))

  const files = () => readdirSync(dirname(path)).map(file => readFileSync(join(dirname(path), file)))
  const open = files()
  await store[Symbol.asyncDispose]()
  for (const bytes of [secret, masterKey]) {
    for (const where of [...open, ...files(), ...told.map(inspected), JSON.stringify(told)]) {
      expect(sightings(bytes, where)).toEqual([])
    }
  }
})

test('the search looks where a seed would be: a document that holds one is found in the file', async () => {
  const path = temporaryFile('store')
  await using store = await openSqliteStore(path)
  await store.commit([{ key: 'device/leak', expects: 0, value: { seed: [...secret], hex: secret.toString('hex') } }])
  expect(sightings(secret, readFileSync(`${path}-wal`))).toEqual(['hex', 'number array'])
})
