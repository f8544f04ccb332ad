import { expect, test } from 'vitest'
import { hotpSeed, startService, startWithAlice, totpSeed } from './service-under-test.ts'

const { secret: _, ...told } = { ...totpSeed, counter: 0 }

test('a device that was imported is known, and nothing is told of its secret', async () => {
  const { service } = startService()
  expect(await service.importDevice(totpSeed)).toEqual({ result: 'imported', device: told })
  expect(await service.getMfaDevice(totpSeed.serialNumber)).toEqual(told)
  expect(await service.getMfaDevice('GAHT99999999')).toBeUndefined()
})

test('a serial number is imported once, and keeps its first seed', async () => {
  const { service } = startService()
  await service.importDevice(totpSeed)
  expect(await service.importDevice({ ...totpSeed, digits: 8 })).toMatchObject({
    result: 'rejected',
    reason: 'device-exists',
    serialNumber: totpSeed.serialNumber,
  })
  expect(await service.getMfaDevice(totpSeed.serialNumber)).toEqual(told)
})

test.each([
  ['a serial number of 8 characters', { serialNumber: 'GAHT1234' }, 'before a shorter one'],
  ['a serial number of 257 characters', { serialNumber: 'x'.repeat(257) }, 'serialNumber must be'],
  ['a serial number with a space', { serialNumber: 'GAHT 12345678' }, 'serialNumber must be'],
  ['an empty secret', { secret: new Uint8Array() }, 'the secret of GAHT12345678 is empty'],
  ['a time step of nothing', { timeStepSeconds: 0 }, 'timeStepSeconds must be one of 30, 60, not 0'],
  ['a counter below 0', { kind: 'HOTP', counter: -1 }, 'counter must be an integer from 0'],
  ['a crystal below 0 ppm', { crystal: { tolerancePpm: -1 } }, 'crystal.tolerancePpm must be'],
] as const)('%s is refused', async (_, wrong, message) => {
  const { service } = startService()
  const importing = service.importDevice({ ...totpSeed, ...wrong })
  await expect(importing).rejects.toThrow(RangeError)
  await expect(importing).rejects.toThrow(message)
  expect((await service.listAllMfaDevices({ limit: 10 })).devices).toEqual([])
})

test.each(['GAHT12345', 'x'.repeat(256), 'arn:aws:iam::123456789012:mfa/alice+a=b,c.d@e-f'])(
  '%s is a serial number',
  async serialNumber => {
    expect(await startService().service.importDevice({ ...totpSeed, serialNumber })).toMatchObject({
      result: 'imported',
    })
  },
)

test('all devices are listed by serial number, a page at a time', async () => {
  const { service } = startService()
  await Promise.all([totpSeed, hotpSeed].map(service.importDevice))
  const first = await service.listAllMfaDevices({ limit: 1 })
  const second = await service.listAllMfaDevices({ limit: 1, after: first.next })
  expect(
    [...first.devices, ...second.devices].map(({ serialNumber, kind, counter }) => [serialNumber, kind, counter]),
  ).toEqual([
    ['GAHT00000002', 'HOTP', 5],
    ['GAHT12345678', 'TOTP', 0],
  ])
  expect(second.next).toBeUndefined()
})

test('a user’s devices are listed with since when they are the user’s', async () => {
  const { service, clock } = await startWithAlice()
  expect(await service.listMfaDevices('alice')).toEqual({
    result: 'found',
    devices: [{ ...told, userName: 'alice', enabledAtUs: clock.nowUs() - 60_000_000 }],
  })
  expect(await service.listMfaDevices('alcie')).toMatchObject({
    result: 'rejected',
    reason: 'no-such-user',
    userName: 'alcie',
    explanation: 'there is no user alcie: create that user first',
  })
})

test('a device is deleted only when it is nobody’s', async () => {
  const { service } = await startWithAlice()
  const { serialNumber } = totpSeed
  expect(await service.deleteMfaDevice(serialNumber)).toMatchObject({ result: 'rejected', reason: 'device-in-use' })
  await service.deactivateMfaDevice({ serialNumber })
  expect(await service.deleteMfaDevice(serialNumber)).toEqual({ result: 'deleted' })
  expect(await service.getMfaDevice(serialNumber)).toBeUndefined()
  expect(await service.deleteMfaDevice(serialNumber)).toMatchObject({ result: 'rejected', reason: 'no-such-device' })
})
