import { expect, test } from 'vitest'
import { expectRefusal, Softfob } from './softfob.ts'

const serialNumber = 'GAHT12345678'

/** A fob that another program has plugged in: its owner's folder is of no use to whoever asks it. */
async function onPty(...how: string[]) {
  const owner = new Softfob()
  await owner.ask('new', 'alice', '--hotp', '--serial', serialNumber)
  const plugged = await owner.plugIn('alice', '--on', 'pty', ...how)
  return { owner, plugged, path: plugged.ready.on[0]?.path ?? '' }
}

test('press asks the fob at a path for a code, tells the person, and prints what the fob shows', async () => {
  const { plugged, path } = await onPty('--press', 'signal')
  const softfob = new Softfob()
  const press = softfob.start(['press', '--device', path])
  await press.says(`press the button of ${serialNumber}\n`)
  plugged.process.kill('SIGUSR1')
  const { exitCode, stdout } = await press.ended
  expect(stdout).toMatch(/^\d{6}\n$/)
  expect(exitCode).toBe(0)
})

test('press gives a program one JSON document', async () => {
  const { path } = await onPty('--press', 'auto')
  const reading = await new Softfob().askJson('press', '--device', path)
  expect(reading).toEqual({ serialNumber, code: expect.stringMatching(/^\d{6}$/) })
})

test('press that is interrupted gives up, and the fob is free for the next', async () => {
  const { plugged, path } = await onPty('--press', 'signal')
  const softfob = new Softfob()
  const press = softfob.start(['press', '--device', path])
  await press.says('press the button')
  const { exitCode, stderr } = await press.end('SIGINT')
  expect(exitCode).toBe(130)
  expect(stderr).toMatch(/\nsoftfob: canceled [^\n]+\n$/)
  const next = softfob.start(['press', '--device', path])
  await next.says('press the button')
  plugged.process.kill('SIGUSR1')
  expect((await next.ended).exitCode).toBe(0)
})

test('press ends in one line when the fob is pulled out', async () => {
  const { plugged, path } = await onPty('--press', 'never')
  const press = new Softfob().start(['press', '--device', path])
  await press.says('press the button')
  await plugged.end('SIGTERM')
  const { exitCode, stderr } = await press.ended
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/\nsoftfob: the fob is not connected any more: plug it in and connect again\n$/)
})

test('register and resync take a fob that is plugged in, in the place of a name', async () => {
  const { owner, path } = await onPty('--press', 'auto')
  expect(await owner.askJson('register', '--device', path, '--user', 'alice')).toMatchObject({
    result: 'enabled',
    serialNumber,
    userName: 'alice',
  })
  expect(await owner.askJson('resync', '--device', path, '--user', 'alice')).toMatchObject({ result: 'accepted' })
})

test('list tells apart the fobs of the drawer and those plugged in; a line without USB is none of them', async () => {
  const { path } = await onPty()
  const softfob = new Softfob()
  expect(await softfob.askJson('list')).toEqual({ fobs: [], devices: expect.any(Array), unseen: [], errors: [] })
  expect(await softfob.ask('list')).not.toContain(path)
})

test.each([
  ['press', 2, /which fob\? softfob press --device GAHT12345678; softfob list shows those that are plugged in/],
  ['press --device GAHT00000000', 1, /no fob GAHT00000000 is plugged in: softfob list shows those that are/],
  ['press --device /dev/hidraw99', 1, /there is no \/dev\/hidraw99: plug the fob in, and softfob list shows its path/],
  ['press --device /dev/ttyACM99', 1, /there is no \/dev\/ttyACM99: plug the fob in/],
  ['register', 2, /register needs NAME, or --device: softfob register --help shows how/],
  ['resync alice --device /dev/ttyACM99 --user alice', 2, /give alice or --device, not both/],
  ['register --device /dev/ttyACM99', 2, /whose shall it be\? softfob register --device \/dev\/ttyACM99 --user alice/],
] as const)('softfob %s is refused with exit %i', async (line, exitCode, says) => {
  expectRefusal(await new Softfob().run(line.split(' ')), says, exitCode)
})
