import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { expectRefusal, program, Softfob } from './softfob.ts'

/** As many at once as there are arguments; each is a process. */
function together<T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => start(index)))
}

test('of eight processes that make a fob with one serial number, one does', async () => {
  const softfob = new Softfob()
  const ended = await together(8, index => softfob.run(['new', `fob${index}`, '--serial', 'GAHT12345678']))
  expect(ended.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1)
  for (const loser of ended.filter(({ exitCode }) => exitCode !== 0)) expectRefusal(loser, /choose another/)
  const { fobs, errors } = Object(await softfob.askJson('list'))
  expect({ fobs, errors }).toEqual({ fobs: [expect.objectContaining({ serialNumber: 'GAHT12345678' })], errors: [] })
})

test('of eight processes that make a fob with one name, one does, and it shows its codes', async () => {
  const softfob = new Softfob()
  const ended = await together(8, () => softfob.run(['new', 'alice', '--hotp']))
  expect(ended.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1)
  for (const loser of ended.filter(({ exitCode }) => exitCode !== 0)) expectRefusal(loser, /choose another name/)
  expect(await softfob.ask('register', 'alice', '--user', 'alice')).toMatch(/^accepted/)
})

test('twenty processes that press one HOTP fob get twenty codes, and no counter is skipped', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  const readings = await together(20, () => softfob.askJson('code', 'alice'))
  const counters = readings.map(reading => Number(Reflect.get(Object(reading), 'counter')))
  expect(counters.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
}, 60_000)

test('twenty processes that press a fob while it runs get twenty codes as well', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  await softfob.plugIn('alice', '--on', 'tcp')
  const readings = await together(20, () => softfob.askJson('code', 'alice'))
  const counters = readings.map(reading => Number(Reflect.get(Object(reading), 'counter')))
  expect(counters.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
}, 60_000)

test('of eight processes that verify one code, one is told that it is accepted', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  await softfob.ask('register', 'alice', '--user', 'alice')
  const code = await softfob.ask('code', 'alice')
  const ended = await together(8, () => softfob.run(['verify', '--user', 'alice', code]))
  expect(ended.map(({ exitCode }) => exitCode).sort()).toEqual([0, 3, 3, 3, 3, 3, 3, 3])
})

test.each([
  ['--secret', /not base 32: character \d+ is/],
  ['--uri', /not a key URI/],
])('%s takes no garbage from stdin, and repeats none of it', async (option, says) => {
  const softfob = new Softfob()
  for (const garbage of [seededEntropy(1).bytes(100_000), Buffer.alloc(1_000_000, '!'), '\u001b[2J\n\n\u0000é💥']) {
    const refused = await softfob.run(['new', 'alice', option, '-'], garbage)
    expectRefusal(refused, says, 2)
    expect(refused.stderr.length).toBeLessThan(300)
  }
})

const huge = 'A'.repeat(100_000)

test.each([
  [[huge]],
  [['code', huge]],
  [['code', 'alice', `--${huge}`]],
  [['new', huge]],
  [['new', 'bob', '--serial', huge]],
  [['new', 'bob', '--ppm', huge]],
  [['new', 'bob', '--uri', `otpauth://${huge}/x`]],
  [['run', 'alice', '--on', huge]],
  [['verify', '123456', '--user', 'alice', '--store', `/${huge}`]],
  [['code', 'alice\nbob']],
  [['code', 'alice', '--min\nremaining']],
  [['\u001b[2Jcode']],
])('arguments that fill the screen or steer it are refused in one short line (%#)', async args => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  const { exitCode, stdout, stderr } = await softfob.run(args)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^softfob: \P{Cc}+\n$/u)
  expect(stderr.length).toBeLessThan(1200)
  expect([1, 2]).toContain(exitCode)
})

test('a code that is no code is refused as any other', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  await softfob.ask('register', 'alice', '--user', 'alice')
  for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６', huge, '12\n34'])
    expect(await softfob.run(['verify', '--user', 'alice', '--', code])).toMatchObject({ exitCode: 3, stderr: '' })
})

test('a home with spaces in a path longer than any socket’s', async () => {
  const long = `/${'a folder with spaces, and é/'.repeat(12)}`
  const outer = new Softfob()
  const softfob = new Softfob({ SOFTFOB_HOME: outer.home + long })
  await softfob.ask('new', 'alice', '--hotp')
  await softfob.plugIn('alice', '--on', 'tcp')
  expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ running: { dropped: 0 } }] })
})

test('without HOME and SOFTFOB_HOME it keeps to XDG_DATA_HOME', async () => {
  const { home } = new Softfob()
  const softfob = new Softfob({ HOME: undefined, SOFTFOB_HOME: undefined, XDG_DATA_HOME: home })
  await softfob.ask('new', 'alice', '--hotp')
  expect(await softfob.ask('code', 'alice')).toMatch(/^\d{6}$/)
  expect(existsSync(`${home}/softfob/fobs/alice.fob`)).toBe(true)
})

test('without XDG_DATA_HOME it keeps to HOME', async () => {
  const { home } = new Softfob()
  const softfob = new Softfob({ HOME: home, SOFTFOB_HOME: undefined, XDG_DATA_HOME: undefined })
  await softfob.ask('new', 'alice')
  expect(existsSync(`${home}/.local/share/softfob/fobs/alice.fob`)).toBe(true)
})

test('a home that is a file is refused by every command that needs it', async () => {
  const softfob = new Softfob()
  writeFileSync(softfob.home, '')
  for (const line of ['list', 'new alice', 'code alice', 'run alice', 'register alice --user alice'])
    expectRefusal(await softfob.run(line.split(' ')), /set SOFTFOB_HOME to another|EEXIST/)
})

test('a socket folder that others could write to is not used', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice')
  const folder = `${softfob.temporary}/softfob-${process.getuid?.()}`
  mkdirSync(folder)
  chmodSync(folder, 0o777)
  expectRefusal(await softfob.run(['run', 'alice']), /is not a folder of yours alone: remove it, or set TMPDIR/)
})

test('whoever stops reading stops nothing else: the fob is free when code cannot print', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp')
  const { environment: env } = softfob
  const { stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${program}' code alice | true`], { env })
  expect(String(stderr)).toBe('')
  expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 1 })
})
