import { describe, expect, test } from 'vitest'
import { MemoryStore } from '../../../host/identity/store/memory-store.ts'
import type { RejectedCode, VerifyOutcome } from '../../../host/identity/verify-outcome.ts'
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
  wrongCode,
} from './service-under-test.ts'

const { serialNumber } = totpSeed
const accepted = { result: 'accepted' }
const rejected = (reason: string, finding: string = reason) => ({ result: 'rejected', reason, finding })

const otherSeed = { ...totpSeed, serialNumber: 'GAHT00000003', secret: Buffer.from('another secret, of 32 bytes, yes') }

function expectRejected(outcome: VerifyOutcome): RejectedCode {
  if (outcome.result !== 'rejected') throw new Error('it was accepted')
  return outcome
}

describe('one code', () => {
  test('signs in once, and is then a replay', async () => {
    const { service, clock } = await startWithAlice()
    const request = { userName: 'alice', serialNumber, code: shown(clock) }
    expect(await service.verify(request)).toMatchObject({ ...accepted, userName: 'alice', serialNumber })
    expect(await service.verify(request)).toMatchObject(rejected('replayed'))
  })

  test('signs in without a serial number', async () => {
    const { service, clock } = await startWithAlice()
    expect(await service.verify({ userName: 'alice', code: shown(clock) })).toMatchObject({ ...accepted, serialNumber })
  })

  test('is told apart from a wrong, an old, an early and a used one, but only in the log', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    const verify = (code: string) => service.verify({ userName: 'alice', serialNumber, code })
    await clock.fastForward({ hours: 1 })
    const used = shown(clock, totpSeed, -1)
    await verify(used)
    await verify(shown(clock))
    const outcomes = [
      await verify(wrongCode(clock)),
      await verify(shown(clock, totpSeed, -10)),
      await verify(shown(clock, totpSeed, 10)),
      await verify(used),
    ]
    expect(outcomes).toMatchObject([
      rejected('wrong-code', 'unknown'),
      rejected('wrong-code', 'already-used'),
      rejected('wrong-code', 'early'),
      rejected('wrong-code', 'already-used'),
    ])
    const log = (await decisions(started)).slice(-4)
    expect(log.map(({ finding }) => finding)).toEqual(outcomes.map(outcome => expectRejected(outcome).finding))
  })

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12 456'])('%j is none', async code => {
    const { service } = await startWithAlice()
    expect(await service.verify({ userName: 'alice', code })).toMatchObject(rejected('malformed'))
  })

  test('of an HOTP fob is found ahead of the counter, and never behind it', async () => {
    const { service } = startService()
    const request = { userName: 'alice', serialNumber: hotpSeed.serialNumber }
    await service.createUser('alice')
    await service.importDevice(hotpSeed)
    await service.enableMfaDevice({ ...request, code1: codeOf(hotpSeed, 5), code2: codeOf(hotpSeed, 6) })
    expect(await service.verify({ ...request, code: codeOf(hotpSeed, 9) })).toMatchObject(accepted)
    expect(await service.verify({ ...request, code: codeOf(hotpSeed, 8) })).toMatchObject(
      rejected('wrong-code', 'already-used'),
    )
    expect(await service.verify({ ...request, code: codeOf(hotpSeed, 10) })).toMatchObject(accepted)
  })

  test('follows the fob: after ninety days at 20 ppm it is still accepted', async () => {
    const { service, clock } = await startWithAlice()
    let behindSteps = 0
    for (let day = 0; day < 90; day += 30) {
      await clock.fastForward({ days: 30 })
      // 20 ppm of a month are 52 s.
      behindSteps += (30 * 86_400 * 20e-6) / 30
      const code = shown(clock, totpSeed, -Math.round(behindSteps))
      expect(await service.verify({ userName: 'alice', code })).toMatchObject(accepted)
    }
  })
})

describe('what is unknown', () => {
  test.each([
    ['a user', { userName: 'bob' }, 'no-such-user'],
    ['a user, with a device of another', { userName: 'bob', serialNumber }, 'not-enabled'],
    ['a device', { userName: 'alice', serialNumber: 'GAHT99999999' }, 'no-such-device'],
    ['a user with a name that is none', { userName: '\n'.repeat(1000) }, 'no-such-user'],
  ])('%s, is answered like a wrong code', async (_, request, finding) => {
    const started = await startWithAlice()
    const { service, clock } = started
    const wrong = expectRejected(await service.verify({ userName: 'alice', code: wrongCode(clock) }))
    const unknown = expectRejected(await service.verify({ ...request, code: shown(clock) }))
    expect(unknown.reason).toBe(wrong.reason)
    expect(Object.keys(unknown).sort()).toEqual(Object.keys(wrong).sort())
    expect(unknown.finding).toBe(finding)
    expect(await lastDecision(started)).toMatchObject({ action: 'sign-in', result: 'rejected', finding })
  })

  test('a user without a device, is told apart in the log', async () => {
    const { service, clock } = await startWithAlice()
    await service.createUser('bob')
    expect(await service.verify({ userName: 'bob', code: shown(clock) })).toMatchObject({
      ...rejected('wrong-code', 'no-devices'),
      explanation: 'refused: bob has no MFA device: enable one with two consecutive codes',
    })
  })
})

describe('a user with several devices', () => {
  async function startWithTwo() {
    const started = await startWithAlice()
    await enableFor(started, 'alice', otherSeed)
    return started
  }

  test('signs in with a code of any of them', async () => {
    const { service, clock } = await startWithTwo()
    for (const seed of [otherSeed, totpSeed]) {
      const outcome = await service.verify({ userName: 'alice', code: shown(clock, seed) })
      expect(outcome).toMatchObject({ ...accepted, serialNumber: seed.serialNumber })
    }
  })

  test('is not charged on one for the right codes of another', async () => {
    const { service, clock } = await startWithTwo()
    for (let day = 0; day < 30; day++) {
      await clock.fastForward({ hours: 1 })
      expect(await service.verify({ userName: 'alice', code: shown(clock, otherSeed) })).toMatchObject(accepted)
    }
    expect(await service.verify({ userName: 'alice', code: shown(clock) })).toMatchObject(accepted)
  })

  test('is charged on each for a wrong code, which the log tells of each', async () => {
    const started = await startWithTwo()
    const before = (await decisions(started)).length
    const outcome = await started.service.verify({ userName: 'alice', code: wrongCode(started.clock) })
    const charged = Object.entries(expectRejected(outcome).session).map(([serial, { single }]) => [serial, single > 0])
    expect(charged).toEqual([
      [serialNumber, true],
      [otherSeed.serialNumber, true],
    ])
    expect((await decisions(started)).slice(before).map(record => record.serialNumber)).toEqual([
      serialNumber,
      otherSeed.serialNumber,
    ])
  })

  test('is told of a replay, whichever of them it is of', async () => {
    const { service, clock } = await startWithTwo()
    const code = shown(clock, otherSeed)
    await service.verify({ userName: 'alice', code })
    expect(await service.verify({ userName: 'alice', code })).toMatchObject(rejected('replayed'))
  })
})

describe('guessing', () => {
  async function guessUntilRefused({ service, clock }: Awaited<ReturnType<typeof startWithAlice>>): Promise<number> {
    for (let guesses = 0; ; guesses++) {
      const outcome = await service.verify({ userName: 'alice', serialNumber, code: wrongCode(clock) })
      if (expectRejected(outcome).reason !== 'wrong-code') return guesses
    }
  }

  test('empties the budget, and then even the right code is not looked at', async () => {
    const started = await startWithAlice()
    expect(await guessUntilRefused(started)).toBeLessThan(30)
    const { service, clock } = started
    const request = { userName: 'alice', serialNumber, code: shown(clock) }
    expect(await service.verify(request)).toMatchObject(rejected('need-two-codes', 'budget-empty'))
  })

  test('at once is charged for each guess', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    const alone = await guessUntilRefused(await startWithAlice())
    const code = wrongCode(clock)
    const outcomes = await Promise.all(
      Array.from({ length: 33 }, () => service.verify({ userName: 'alice', serialNumber, code })),
    )
    expect(outcomes.filter(outcome => expectRejected(outcome).reason === 'wrong-code')).toHaveLength(alone)
  })

  test('through several services that share a store is charged for each guess', async () => {
    const started = await startWithAlice()
    const alone = await guessUntilRefused(await startWithAlice())
    const code = wrongCode(started.clock)
    const services = Array.from({ length: 4 }, () => startService(started.store))
    for (const { clock } of services) await clock.fastForward({ minutes: 1 })
    const outcomes = await Promise.all(
      services.flatMap(({ service }) =>
        Array.from({ length: 10 }, () => service.verify({ userName: 'alice', serialNumber, code })),
      ),
    )
    expect(outcomes.filter(outcome => expectRejected(outcome).reason === 'wrong-code')).toHaveLength(alone)
  })

  test('does not lock the owner out: two consecutive codes sign in', async () => {
    const started = await startWithAlice()
    await guessUntilRefused(started)
    const { service, clock } = started
    const codes = { code1: shown(clock, totpSeed, -1), code2: shown(clock) }
    expect(await service.resyncMfaDevice({ userName: 'alice', serialNumber, ...codes })).toMatchObject(accepted)
  })

  test('by the owner is given back when the same sign-in ends well', async () => {
    const { service, clock } = await startWithAlice()
    for (let day = 0; day < 40; day++) {
      await clock.fastForward({ minutes: 10 })
      const request = { userName: 'alice', serialNumber }
      const { session } = expectRejected(await service.verify({ ...request, code: wrongCode(clock) }))
      expect(await service.verify({ ...request, session, code: shown(clock) })).toMatchObject(accepted)
    }
  })

  test('with pairs is paced by source', async () => {
    const { service, clock } = await startWithAlice()
    const wrong = { userName: 'alice', serialNumber, code1: wrongCode(clock), code2: wrongCode(clock) }
    expect(await service.resyncMfaDevice({ ...wrong, source: 'a' })).toMatchObject(rejected('wrong-code', 'unknown'))
    expect(await service.resyncMfaDevice({ ...wrong, source: 'a' })).toMatchObject(rejected('throttled', 'too-soon'))
    expect(await service.resyncMfaDevice({ ...wrong, source: 'b' })).toMatchObject(rejected('wrong-code', 'unknown'))
    await clock.fastForward({ seconds: 2 })
    expect(await service.resyncMfaDevice({ ...wrong, source: 'a' })).toMatchObject(rejected('wrong-code', 'unknown'))
  })

  test('beyond the line of the device is turned away, and the owner from elsewhere is not', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    const code = wrongCode(clock)
    const flood = Array.from({ length: 100 }, () =>
      service.verify({ userName: 'alice', serialNumber, code, source: 'flood' }),
    )
    const owner = service.verify({ userName: 'alice', serialNumber, code: shown(clock), source: 'owner' })
    const outcomes = await Promise.all(flood)
    expect(await owner).toMatchObject(accepted)
    expect(outcomes.filter(outcome => expectRejected(outcome).finding === 'queue-full')).toHaveLength(100 - 1 - 31)
    expect(outcomes.at(-1)).toMatchObject(rejected('throttled', 'queue-full'))
    expect(await decisions(started)).toHaveLength(1 + 101)
  })
})

describe('resynchronising', () => {
  test('finds a fob whose clock was set, and its codes sign in again', async () => {
    const { service, clock } = await startWithAlice()
    await clock.fastForward({ hours: 2 })
    const off = 100
    const request = { userName: 'alice', serialNumber }
    expect(await service.verify({ ...request, code: shown(clock, totpSeed, off) })).toMatchObject(
      rejected('wrong-code', 'unknown'),
    )
    const codes = { code1: shown(clock, totpSeed, off), code2: shown(clock, totpSeed, off + 1) }
    expect(await service.resyncMfaDevice({ ...request, ...codes })).toMatchObject(accepted)
    await clock.fastForward({ minutes: 1 })
    expect(await service.verify({ ...request, code: shown(clock, totpSeed, off + 1) })).toMatchObject(accepted)
  })

  test('with the same two codes works once', async () => {
    const { service, clock } = await startWithAlice()
    const request = { userName: 'alice', serialNumber, code1: shown(clock, totpSeed, -1), code2: shown(clock) }
    expect(await service.resyncMfaDevice(request)).toMatchObject(accepted)
    expect(await service.resyncMfaDevice(request)).toMatchObject(rejected('replayed'))
  })
})

describe('the log', () => {
  test('holds when, who, what and why of every code, in order', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    const code = shown(clock)
    const verify = () => service.verify({ userName: 'alice', serialNumber, code, source: '192.0.2.7' })
    const outcome = await verify()
    await verify()
    const [enabled, first, second] = await decisions(started)
    expect(enabled).toMatchObject({ action: 'enable', result: 'accepted', serialNumber })
    expect(first).toEqual({
      ...{ atUs: clock.nowUs(), action: 'sign-in', userName: 'alice', serialNumber, source: '192.0.2.7' },
      ...{ result: 'accepted', step: expect.any(Number), explanation: outcome.explanation },
      acceptable: { first: expect.any(Number), last: expect.any(Number) },
    })
    expect(second).toMatchObject({
      reason: 'replayed',
      explanation: expect.stringMatching(/^refused: this code was used/),
    })
  })

  test('never holds a code', async () => {
    const started = await startWithAlice()
    const { service, clock } = started
    const codes = [shown(clock), '7'.repeat(100), wrongCode(clock), '918273x']
    for (const code of codes) await service.verify({ userName: 'alice', serialNumber, code })
    await service.resyncMfaDevice({ userName: 'alice', serialNumber, code1: '918273', code2: '645546' })
    const log = JSON.stringify(await decisions(started))
    for (const code of [...codes, '918273', '645546']) expect(log).not.toContain(`"${code}"`)
    // The right code could also be a part of a number there; these two can't.
    expect(log).not.toMatch(/918273|7{20}/)
  })

  test('keeps no more of a name than a name may have, in one line', async () => {
    const started = await startWithAlice()
    await started.service.verify({ userName: 'x\n'.repeat(100_000), code: '123456', source: 'y'.repeat(100_000) })
    const record = await lastDecision(started)
    expect(JSON.stringify(record).length).toBeLessThan(2000)
    expect(record?.explanation).not.toContain('\n')
  })

  test('is written with the decision or the decision is not made', async () => {
    class TornStore extends MemoryStore {
      torn = false
      override async commit(...given: Parameters<MemoryStore['commit']>) {
        if (this.torn) throw new Error('the disk is full')
        return super.commit(...given)
      }
    }
    const store = new TornStore()
    const started = await startWithAlice(store)
    const { service, clock } = started
    const request = { userName: 'alice', serialNumber, code: shown(clock) }
    store.torn = true
    await expect(service.verify(request)).rejects.toThrow('the disk is full')
    store.torn = false
    expect(await service.verify(request)).toMatchObject(accepted)
    expect(await decisions(started)).toHaveLength(2)
  })
})
