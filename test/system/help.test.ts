import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Softfob } from './softfob.ts'

const root = join(import.meta.dirname, '../..')
const commands = readdirSync(join(root, 'host/cli/commands')).map(file => file.replace(/\.ts$/, ''))

test('softfob --help, -h and help list every command', async () => {
  const softfob = new Softfob()
  const help = await softfob.ask('--help')
  for (const command of commands) expect(help).toMatch(new RegExp(`^  softfob ${command} `, 'm'))
  expect(await softfob.ask('-h')).toBe(help)
  expect(await softfob.ask('help')).toBe(help)
})

test.each(commands)('softfob %s --help begins with an example, and so does softfob help %s', async command => {
  const softfob = new Softfob()
  const help = await softfob.ask(command, '--help')
  expect(help).toMatch(new RegExp(`^ {2}\\$ softfob ${command}\\b`))
  expect(await softfob.ask('help', command)).toBe(help)
})

test('softfob --version is that of the package', async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(await new Softfob().ask('--version')).toBe(Reflect.get(Object(manifest), 'version'))
})

test('an option may be negative, as the help shows it', async () => {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--offset', '-2m', '--ppm', '-20', '--celsius', '-5')
  const { expiresAt } = Object(await softfob.askJson('code', 'alice'))
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now())
})
