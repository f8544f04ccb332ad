import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Command, commonOptions } from '../../../host/cli/command.ts'
import { commandHelp, generalHelp } from '../../../host/cli/help.ts'

const folder = join(import.meta.dirname, '../../../host/cli/commands')

/** Every command by its name, which is that of its file. */
const commands = await Promise.all(
  readdirSync(folder).map(async (file): Promise<[string, Command]> => {
    const module: Record<string, unknown> = await import(join(folder, file))
    const [found] = Object.values(module)
    return [file.replace(/\.ts$/, ''), found as Command]
  }),
)

/** A line as a shell takes it apart; what a command in it would print is some code. */
function words(line: string): string[] {
  const plain = line.replace(/\$\(.*?\)/g, '492039')
  return [...plain.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word)
}

describe.each(commands)('softfob %s', (name, command) => {
  test('shows an example first, then its usage, and a line for each option', () => {
    const lines = commandHelp(name, command).split('\n')
    expect(lines[0]).toBe(`  $ softfob ${command.examples[0]}`)
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^softfob ${name} .*\\[options\\]$`)))
    for (const option of [...Object.keys(command.options), 'json', 'help'])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  (-\\w, )?--${option}\\b.*  +\\S`)))
  })

  test.each(command.examples)('understands its example: softfob %s', example => {
    const [first, ...args] = words(example)
    expect(first).toBe(name)
    const { positionals } = parseArgs({
      args,
      options: { ...command.options, ...commonOptions },
      allowPositionals: true,
    })
    expect(positionals.length).toBeLessThanOrEqual(command.positionals.length)
    expect(positionals.length).toBeGreaterThanOrEqual(command.positionals.filter(one => !one.endsWith('?')).length)
  })

  test('says what it does in one sentence', () => expect(command.summary).toMatch(/^[A-Z][^\n]+\.$/))
})

test('the general help names every command with its summary, and what the exit codes mean', async () => {
  const help = await generalHelp(Object.fromEntries(commands.map(([name, command]) => [name, async () => command])))
  for (const [name, { summary }] of commands)
    expect(help.split('\n').find(line => line.startsWith(`  softfob ${name} `))).toMatch(summary)
  expect(help).toContain('Exit codes: 0 done, 1 failed, 2 not understood, 3 refused by the service, 130 interrupted.')
})
