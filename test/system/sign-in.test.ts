import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Softfob } from './softfob.ts'

async function registered(): Promise<Softfob> {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp', '--serial', 'GAHT12345678')
  await softfob.ask('register', 'alice', '--user', 'alice')
  return softfob
}

test('from a new fob to a sign-in that is good once, by exit codes alone', async () => {
  const softfob = await registered()
  const code = await softfob.ask('code', 'alice')
  expect(await softfob.run(['verify', '--user', 'alice', code])).toEqual({
    exitCode: 0,
    stdout: 'accepted: the code is that of counter 2, the one expected\n',
    stderr: '',
  })
  const again = await softfob.run(['verify', '--user', 'alice', code])
  expect(again).toMatchObject({ exitCode: 3, stderr: '' })
  expect(again.stdout).toMatch(/^refused: [^\n]+\n$/)
})

test('a TOTP fob is registered with the codes of two steps, which are then used', async () => {
  const softfob = new Softfob()
  // Its clock is set so that its step is nearly over, or this would take half a minute.
  const remainingMs = 30_000 - (Date.now() % 30_000)
  await softfob.ask('new', 'alice', '--offset', `${remainingMs - 2500}ms`)
  const { exitCode, stdout, stderr } = await softfob.run(['register', 'alice', '--user', 'alice', '--json'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/^made the user alice\nwaiting \d+(\.\d+)? s for the next code\n$/)
  expect(JSON.parse(stdout)).toMatchObject({ result: 'enabled', userName: 'alice' })
  const used = await softfob.run(['verify', '--user', 'alice', await softfob.ask('code', 'alice'), '--json'])
  expect(used.exitCode).toBe(3)
  expect(JSON.parse(used.stdout)).toMatchObject({ result: 'rejected' })
}, 60_000)

test('each command gives a program one JSON document', async () => {
  const softfob = new Softfob()
  const alice = { name: 'alice', serialNumber: 'GAHT12345678', kind: 'HOTP' }
  const made = ['new', 'alice', '--hotp', '--serial', 'GAHT12345678']
  expect(await softfob.askJson(...made)).toMatchObject({ ...alice, digits: 6, hash: 'SHA-1', counter: 0 })
  const enabled = { result: 'enabled', serialNumber: 'GAHT12345678', userName: 'alice' }
  expect(await softfob.askJson('register', 'alice', '--user', 'alice')).toMatchObject(enabled)
  const code = await softfob.ask('code', 'alice')
  const outcome = { explanation: expect.stringMatching(/^accepted: /), result: 'accepted', userName: 'alice' }
  expect(await softfob.askJson('verify', '--user', 'alice', code)).toMatchObject(outcome)
  expect(await softfob.askJson('resync', 'alice', '--user', 'alice')).toMatchObject(outcome)
  const fobs = [{ ...alice, running: false, userName: 'alice' }]
  expect(await softfob.askJson('list')).toEqual({ fobs, devices: expect.any(Array), unseen: [], errors: [] })
})

test('a wrong code, a stranger and somebody else’s device are refused in JSON as well, with exit 3', async () => {
  const softfob = await registered()
  for (const args of [
    ['--user', 'alice', '000000'],
    ['--user', 'mallory', '123456'],
    ['--user', 'alice', '123456', '--serial', 'GAHT00000009'],
  ]) {
    const { exitCode, stdout, stderr } = await softfob.run(['verify', ...args, '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ result: 'rejected', explanation: expect.stringMatching(/^refused: /) })
  }
})

test('resync brings back a fob that was pressed too often', async () => {
  const softfob = await registered()
  await softfob.ask('new', 'bob', '--hotp')
  for (let press = 0; press < 25; press++) await softfob.ask('code', 'alice')
  expect(await softfob.ask('resync', 'alice', '--user', 'alice')).toMatch(/^accepted: /)
  const code = await softfob.ask('code', 'alice')
  expect(await softfob.ask('verify', '--user', 'alice', code)).toMatch(/the one expected$/)
})

test('resync of a fob that is not enabled is refused', async () => {
  const softfob = await registered()
  await softfob.ask('new', 'bob', '--hotp')
  const { exitCode, stdout } = await softfob.run(['resync', 'bob', '--user', 'alice'])
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(/^refused: [^\n]+\n$/)
})

test('register gives up when it is interrupted while nobody presses: exit 130', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  await softfob.plugIn('alice', '--press', 'never')
  const register = softfob.start(['register', 'alice', '--user', 'alice'])
  await register.says('press the button of alice')
  const { exitCode, stderr } = await register.end('SIGINT')
  expect(exitCode).toBe(130)
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^softfob: /)
})

test('doctor finds nothing wrong with a home in order, and says what is wrong with another', async () => {
  const softfob = await registered()
  // What a machine has of HID is another matter.
  for (const place of ['pty', 'tcp', 'rfc2217']) {
    const { exitCode, stdout } = await softfob.run(['doctor', '--for', place, '--json'])
    const { findings } = JSON.parse(stdout)
    expect(findings.map(({ what }: { what: string }) => what).slice(0, 6)).toEqual([
      ...['node', 'system', 'folder', 'key file', 'store', 'fobs'],
    ])
    expect(findings.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([])
    expect(exitCode).toBe(0)
  }
  expect((await softfob.run(['doctor'])).exitCode).toBe(0)
})

test('doctor says by its exit code whether the attachment that was asked about works', async () => {
  const softfob = await registered()
  const { exitCode, stdout } = await softfob.run(['doctor', '--for', 'uhid'])
  expect(exitCode).toBe(/^✗ (uhid|node-hid)/m.test(stdout) ? 1 : 0)
  expect(stdout).toMatch(existsSync('/dev/uhid') ? /^. uhid /m : /^✗ uhid .*(modprobe uhid|only Linux)/m)
})

test('what it keeps is for its owner alone', async () => {
  const softfob = await registered()
  for (const path of ['key', 'store.db', 'fobs/alice.fob', 'fobs', ''])
    expect({ path, others: statSync(`${softfob.home}/${path}`).mode & 0o077 }).toEqual({ path, others: 0 })
})
