import { describe, expect, test } from 'vitest'
import {
  codeOf,
  decisions,
  enableFor,
  hotpSeed,
  lastDecision,
  shown,
  startService,
  startWithAlice,
  totpSeed,
  type UnderTest,
  wrongCode,
} from './service-under-test.ts'

const { serialNumber } = totpSeed

async function startWithSeed(): Promise<UnderTest> {
  const started = startService()
  await started.service.createUser('alice')
  await started.service.createUser('bob')
  await started.service.importDevice(totpSeed)
  return started
}

const codesOf = ({ clock }: UnderTest) => ({ code1: shown(clock, totpSeed, -1), code2: shown(clock) })

test('two consecutive codes enable a device for a user', async () => {
  const started = await startWithSeed()
  const { service } = started
  const outcome = await service.enableMfaDevice({ userName: 'alice', serialNumber, ...codesOf(started) })
  expect(outcome).toMatchObject({ result: 'enabled', device: { serialNumber, userName: 'alice' } })
  expect(await service.getUser('alice')).toMatchObject({ serialNumbers: [serialNumber] })
})

test('a fob whose clock is hours off is enabled all the same', async () => {
  const { service, clock } = await startWithSeed()
  const codes = { code1: shown(clock, totpSeed, 1000), code2: shown(clock, totpSeed, 1001) }
  expect(await service.enableMfaDevice({ userName: 'alice', serialNumber, ...codes })).toMatchObject({
    result: 'enabled',
  })
  await clock.fastForward({ minutes: 1 })
  const code = shown(clock, totpSeed, 1001)
  expect(await service.verify({ userName: 'alice', code })).toMatchObject({ result: 'accepted' })
})

test('wrong pairs are charged to the device before it is enabled: no service that shares the store goes on guessing', async () => {
  const started = await startWithSeed()
  const { service, clock } = started
  const guess = { userName: 'bob', serialNumber, code1: wrongCode(clock), code2: wrongCode(clock) }
  const findings = new Set<string>()
  for (let tries = 0; tries < 70; tries++) {
    const outcome = await service.enableMfaDevice(guess)
    if ('finding' in outcome) findings.add(outcome.finding)
    await clock.fastForward({ seconds: 2 })
  }
  expect([...findings].at(-1)).toBe('pairs-exhausted')
  const right = { userName: 'alice', serialNumber }
  expect(await service.enableMfaDevice({ ...right, ...codesOf(started) })).toMatchObject({ reason: 'throttled' })
  await clock.fastForward({ days: 1 })
  expect(await service.enableMfaDevice({ ...right, ...codesOf(started) })).toMatchObject({ result: 'enabled' })
})

test('a fob that its vendor said was off is found where it was said to be', async () => {
  const started = startService()
  const { service, clock } = started
  await service.createUser('alice')
  const far = 4000
  await service.importDevice({ ...totpSeed, timeDrift: { steps: far, atUs: clock.nowUs() } })
  const codes = { code1: shown(clock, totpSeed, far), code2: shown(clock, totpSeed, far + 1) }
  expect(await service.enableMfaDevice({ userName: 'alice', serialNumber, ...codes })).toMatchObject({
    result: 'enabled',
  })
})

test.each<[string, string, (started: UnderTest) => { code1: string; code2: string }]>([
  [
    'the codes the wrong way round',
    'not-consecutive',
    ({ clock }) => ({ code1: shown(clock), code2: shown(clock, totpSeed, -1) }),
  ],
  ['one code twice', 'not-consecutive', ({ clock }) => ({ code1: shown(clock), code2: shown(clock) })],
  ['wrong codes', 'unknown', ({ clock }) => ({ code1: wrongCode(clock), code2: wrongCode(clock) })],
  ['letters', 'malformed', () => ({ code1: 'abcdef', code2: 'ghijkl' })],
])('%s enable nothing', async (_, finding, codes) => {
  const started = await startWithSeed()
  const { service } = started
  const outcome = await service.enableMfaDevice({ userName: 'alice', serialNumber, ...codes(started) })
  expect(outcome).toMatchObject({ result: 'rejected', finding })
  expect(await service.getUser('alice')).toMatchObject({ serialNumbers: [] })
  expect(await service.getMfaDevice(serialNumber)).not.toHaveProperty('userName')
  expect(await lastDecision(started)).toMatchObject({ action: 'enable', result: 'rejected', finding })
})

test('an HOTP fob is enabled from the counter of its seed on', async () => {
  const started = await startWithSeed()
  const { service } = started
  await service.importDevice(hotpSeed)
  const request = { userName: 'alice', serialNumber: hotpSeed.serialNumber }
  const early = { code1: codeOf(hotpSeed, 3), code2: codeOf(hotpSeed, 4) }
  expect(await service.enableMfaDevice({ ...request, ...early })).toMatchObject({ result: 'rejected' })
  const right = { code1: codeOf(hotpSeed, 7), code2: codeOf(hotpSeed, 8) }
  expect(await service.enableMfaDevice({ ...request, ...right })).toMatchObject({ result: 'enabled' })
  expect(await service.verify({ ...request, code: codeOf(hotpSeed, 9) })).toMatchObject({ result: 'accepted' })
})

describe('a device is enabled', () => {
  test('for one user, though two ask at once', async () => {
    const started = await startWithSeed()
    const { service } = started
    const outcomes = await Promise.all(
      ['alice', 'bob'].map(userName => service.enableMfaDevice({ userName, serialNumber, ...codesOf(started) })),
    )
    expect(outcomes).toMatchObject([{ result: 'enabled' }, { result: 'rejected', reason: 'device-in-use' }])
    expect(await service.getUser('bob')).toMatchObject({ serialNumbers: [] })
  })

  test('for one user, though two services that share a store are asked at once', async () => {
    const started = await startWithSeed()
    const other = startService(started.store)
    const codes = codesOf(started)
    const outcomes = await Promise.all([
      started.service.enableMfaDevice({ userName: 'alice', serialNumber, ...codes }),
      other.service.enableMfaDevice({ userName: 'bob', serialNumber, ...codes }),
    ])
    expect(outcomes.map(({ result }) => result).sort()).toEqual(['enabled', 'rejected'])
    const users = await started.service.listUsers({ limit: 2 })
    expect(users.users.flatMap(({ serialNumbers }) => serialNumbers)).toEqual([serialNumber])
  })

  test('for a user who has fewer than eight', async () => {
    const started = startService()
    const { service, clock } = started
    await service.createUser('alice')
    for (let index = 1; index <= 8; index++) {
      await enableFor(started, 'alice', { ...totpSeed, serialNumber: `GAHT0000000${index}` })
    }
    const ninth = { ...totpSeed, serialNumber: 'GAHT00000009' }
    await service.importDevice(ninth)
    const codes = { code1: shown(clock, ninth, -1), code2: shown(clock, ninth) }
    const outcome = await service.enableMfaDevice({ userName: 'alice', serialNumber: ninth.serialNumber, ...codes })
    expect(outcome).toMatchObject({
      result: 'rejected',
      reason: 'too-many-devices',
      explanation: 'alice has 8 MFA devices, which is the most: deactivate one first',
    })
  })

  test.each([
    ['a user who exists', { userName: 'alcie' }, 'no-such-user', 'there is no user alcie: create that user first'],
    [
      'a serial number that exists',
      { serialNumber: 'GAHT12345679' },
      'no-such-device',
      'there is no MFA device GAHT12345679: import its seed first',
    ],
  ])('only with %s', async (_, wrong, reason, explanation) => {
    const started = await startWithSeed()
    const request = { userName: 'alice', serialNumber, ...codesOf(started), ...wrong }
    const outcome = await started.service.enableMfaDevice(request)
    expect(outcome).toMatchObject({ result: 'rejected', reason, explanation, ...wrong })
    expect(await lastDecision(started)).toMatchObject({ action: 'enable', finding: reason, ...wrong })
  })
})

describe('a device that was deactivated', () => {
  test('signs nobody in, and the log says who had it', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    expect(await service.deactivateMfaDevice({ serialNumber, userName: 'alice' })).toEqual({ result: 'deactivated' })
    expect(await lastDecision(started)).toMatchObject({ action: 'deactivate', userName: 'alice', serialNumber })
    expect(await service.verify({ userName: 'alice', code: shown(clock) })).toMatchObject({ finding: 'no-devices' })
    expect(await service.listMfaDevices('alice')).toEqual({ result: 'found', devices: [] })
  })

  test('can be enabled for another user', async () => {
    const started = await startWithAlice()
    const { service } = started
    await service.createUser('bob')
    await service.deactivateMfaDevice({ serialNumber })
    const outcome = await service.enableMfaDevice({ userName: 'bob', serialNumber, ...codesOf(started) })
    expect(outcome).toMatchObject({ result: 'enabled', device: { userName: 'bob' } })
  })

  test('keeps its counter, so that no HOTP code is good again', async () => {
    const started = await startWithSeed()
    const { service } = started
    await service.importDevice(hotpSeed)
    const request = { userName: 'alice', serialNumber: hotpSeed.serialNumber }
    const codes = { code1: codeOf(hotpSeed, 5), code2: codeOf(hotpSeed, 6) }
    await service.enableMfaDevice({ ...request, ...codes })
    await service.deactivateMfaDevice(request)
    expect(await service.enableMfaDevice({ ...request, ...codes })).toMatchObject({ result: 'rejected' })
    const later = { code1: codeOf(hotpSeed, 7), code2: codeOf(hotpSeed, 8) }
    expect(await service.enableMfaDevice({ ...request, ...later })).toMatchObject({ result: 'enabled' })
  })

  test.each([
    ['that nobody has', { serialNumber: 'GAHT00000002' }, 'not-enabled'],
    ['of another user', { serialNumber, userName: 'bob' }, 'not-enabled'],
    ['that is unknown', { serialNumber: 'GAHT00000003' }, 'no-such-device'],
  ])('is none %s', async (_, request, reason) => {
    const started = await startWithAlice()
    await started.service.importDevice(hotpSeed)
    const before = (await decisions(started)).length
    expect(await started.service.deactivateMfaDevice(request)).toMatchObject({ result: 'rejected', reason })
    expect(await decisions(started)).toHaveLength(before)
    expect(await started.service.getUser('alice')).toMatchObject({ serialNumbers: [serialNumber] })
  })
})
