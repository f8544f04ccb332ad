import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { restoreFob } from '../../../firmware-sim/create-fob.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { createLab, type Lab, type LabOptions } from '../../../host/lab/lab.ts'
import { dayUs } from '../../../protocol/time/duration.ts'
import { FollowingClock } from '../../../protocol/time/following-clock.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

async function newLab(options?: LabOptions): Promise<Lab> {
  const lab = await createLab(options)
  onTestFinished(() => lab[Symbol.asyncDispose]())
  return lab
}

/** What a lab gives whoever does the same in it: serial numbers, codes, and the words of the service. */
async function diaryOf(lab: Lab): Promise<unknown[]> {
  const alice = await lab.addUser('alice')
  const fobs = [await lab.addFob(), await lab.addFob({ kind: 'HOTP' }), await lab.addFob({ crystal: { ppm: -15 } })]
  const diary: unknown[] = []
  for (const fob of fobs) {
    await alice.register(fob)
    await lab.clock.fastForward({ days: 40 })
    const code = await fob.press()
    diary.push(fob.serialNumber, code, await alice.signIn(code), lab.clock.nowUs())
  }
  return diary
}

/** The codes that a fob shows on five days. */
async function codesOf(fob: Fob, clock: Lab['clock']): Promise<string[]> {
  const codes: string[] = []
  for (let day = 0; day < 5; day++) {
    codes.push(await fob.press())
    await clock.fastForward({ days: 1 })
  }
  return codes
}

test('one seed gives the same serial numbers, codes and answers, to the microsecond', async () => {
  const diary = await diaryOf(await newLab({ seed: 'a story' }))
  expect(await diaryOf(await newLab({ seed: 'a story' }))).toEqual(diary)
  const [serial, code] = await diaryOf(await newLab({ seed: 'another' }))
  expect(diary).not.toContain(serial)
  expect(diary).not.toContain(code)
})

test('without a seed no two labs are alike, and both start now', async () => {
  const beforeUs = systemClock.nowUs()
  const labs = [await newLab(), await newLab()]
  const [one, other] = await Promise.all(labs.map(lab => lab.addFob()))
  expect(one?.serialNumber).not.toBe(other?.serialNumber)
  for (const { clock } of labs) {
    expect(clock.nowUs()).toBeGreaterThanOrEqual(beforeUs)
    expect(clock.nowUs()).toBeLessThanOrEqual(systemClock.nowUs())
  }
})

test('two labs share nothing: neither time, nor users, nor fobs, nor codes that were used', async () => {
  const [here, there] = [await newLab({ seed: 1 }), await newLab({ seed: 1 })]
  const startUs = there.clock.nowUs()
  const [alice, twin] = [await here.addUser('alice'), await there.addUser('alice')]
  const [fob, twinFob] = [await here.addFob(), await there.addFob()]
  await alice.register(fob)
  await here.clock.fastForward({ days: 1 })
  expect(there.clock.nowUs()).toBe(startUs)
  expect(await there.service.getMfaDevice(fob.serialNumber)).not.toHaveProperty('userName')
  await twin.register(twinFob)
  await there.clock.fastForward({ days: 1 })
  const code = await fob.press()
  expect(await twinFob.press()).toBe(code)
  expect(await alice.signIn(code)).toMatchObject({ result: 'accepted' })
  expect(await twin.signIn(code)).toMatchObject({ result: 'accepted' })
})

test('a fob that the service will not enable is refused in the words of the service', async () => {
  const lab = await newLab()
  const [alice, bob] = [await lab.addUser('alice'), await lab.addUser('bob')]
  const fob = await lab.addFob({ serialNumber: 'GAHT12345678' })
  await alice.register(fob)
  await expect(bob.register(fob)).rejects.toThrow(new Error('MFA device GAHT12345678 is in use: deactivate it first'))
  const foreign = await (await newLab()).addFob({ serialNumber: 'GAHT00000009' })
  await expect(bob.register(foreign)).rejects.toThrow(
    new Error('there is no MFA device GAHT00000009: import its seed first'),
  )
})

test('a fob that was refused can be registered once the reason has gone', async () => {
  const lab = await newLab()
  const [alice, bob] = [await lab.addUser('alice'), await lab.addUser('bob')]
  const fob = await lab.addFob()
  await alice.register(fob)
  await expect(bob.register(fob)).rejects.toThrow('in use')
  await lab.service.deactivateMfaDevice({ serialNumber: fob.serialNumber })
  await lab.clock.fastForward({ minutes: 5 })
  await bob.register(fob)
  await lab.clock.fastForward({ minutes: 1 })
  expect(await bob.signIn(await fob.press())).toMatchObject({ result: 'accepted' })
})

test('a wrong code is refused, and an old one, and one of somebody else’s fob', async () => {
  const lab = await newLab({ seed: 'wrong' })
  const [alice, bob] = [await lab.addUser('alice'), await lab.addUser('bob')]
  const [hers, his] = [await lab.addFob(), await lab.addFob()]
  await alice.register(hers)
  await bob.register(his)
  await lab.clock.fastForward({ hours: 1 })
  const old = await hers.press()
  await lab.clock.fastForward({ minutes: 10 })
  for (const code of [old, await his.press(), 'nothing']) {
    const outcome = await alice.signIn(code)
    expect(outcome).toMatchObject({ result: 'rejected', explanation: expect.stringMatching(/^refused: /) })
  }
})

test('a lab runs on the clock that it is given', async () => {
  const clock = new VirtualClock(1_000_000_000_000_000)
  const lab = await newLab({ clock })
  const fob = await lab.addFob({ clockOffset: { seconds: 2 } })
  expect(lab.clock).toBe(clock)
  await clock.fastForward({ days: 1 })
  expect(fob.deviceTimeUs).toBe(1_000_000_000_000_000 + dayUs + 2_000_000)
})

test('on a following clock, real time goes on and ninety days are a jump', async () => {
  const clock = new FollowingClock(systemClock)
  const lab = await newLab({ clock })
  const alice = await lab.addUser('alice')
  const fob = await lab.addFob({ crystal: { ppm: 20 } })
  await alice.register(fob)
  await clock.fastForward({ days: 90 })
  expect(clock.nowUs() - systemClock.nowUs()).toBeGreaterThanOrEqual(90 * dayUs)
  const code = await fob.press()
  expect(await alice.signIn(code)).toMatchObject({ result: 'accepted' })
  expect(await alice.signIn(code)).toMatchObject({ result: 'rejected', reason: 'replayed' })
})

test('the snapshot of a fob, carried into another lab as JSON, shows the same codes there', async () => {
  const [here, there] = [await newLab({ seed: 'here' }), await newLab({ seed: 'there' })]
  const fob = await here.addFob({ crystal: { ppm: 20, ageingPpm: 2 }, clockOffset: { seconds: 20 } })
  await fob.press()
  const { clock, entropy } = there
  await clock.setSystemTime(here.clock.nowUs() / 1000)
  const carried = restoreFob(JSON.parse(JSON.stringify(fob.snapshot())), undefined, { clock, entropy })
  expect(carried.serialNumber).toBe(fob.serialNumber)
  const codes = await codesOf(carried, clock)
  expect(codes).toEqual(await codesOf(fob, here.clock))
  expect(new Set(codes).size).toBe(5)
  await carried[Symbol.asyncDispose]()
})

function handlesOf(argument: 'disposed' | 'left'): string[] {
  const script = join(import.meta.dirname, 'lab-process.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, argument], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout)
}

test('a lab that was disposed of leaves nothing open: no timer, no socket, no terminal', () => {
  const [left, open] = [handlesOf('disposed'), handlesOf('left')]
  for (const handle of ['Timeout', 'TCPServerWrap']) {
    expect(open).toContain(handle)
    expect(left).not.toContain(handle)
  }
  expect(left.filter(handle => handle !== 'PipeWrap')).toEqual([])
})
