/** From a command line to a command, and from whatever goes wrong to one line and an exit code. */

import { readFileSync } from 'node:fs'
import { type Command, commonOptions, exitCodes, type Options, UsageError } from './command.ts'
import { didYouMean } from './did-you-mean.ts'
import { type Surroundings, surroundings } from './surroundings.ts'

// Imported, node:util would load all that hangs on it: a twentieth of the time that `softfob code` takes.
const { parseArgs } = process.getBuiltinModule('node:util')

/** Each command in a file of its own, loaded only when it is called. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  new: async () => (await import('./commands/new.ts')).newFob,
  code: async () => (await import('./commands/code.ts')).code,
  run: async () => (await import('./commands/run.ts')).run,
  press: async () => (await import('./commands/press.ts')).press,
  list: async () => (await import('./commands/list.ts')).list,
  register: async () => (await import('./commands/register.ts')).register,
  verify: async () => (await import('./commands/verify.ts')).verify,
  resync: async () => (await import('./commands/resync.ts')).resync,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const around = surroundings()
  try {
    return await dispatch(args, around)
  } catch (error) {
    // One line, whatever it is: a stack helps nobody who types commands.
    const [{ oneLine }, { withoutSecret }] = await Promise.all([
      import('./one-line.ts'),
      import('../../protocol/oath/without-secret.ts'),
    ])
    around.say(`softfob: ${oneLine(error, around.paths)}`)
    if (around.env.SOFTFOB_TRACE && error instanceof Error) around.say(withoutSecret(String(error.stack)))
    return exitCodeOf(error, around.interruption())
  }
}

function exitCodeOf(error: unknown, interruption: AbortSignal): number {
  if (!(error instanceof Error)) return exitCodes.failed
  if (interruption.aborted && (error === interruption.reason || error.cause === interruption.reason)) {
    return exitCodes.interrupted
  }
  // What an option may be is checked where it is used, and a name by the drawer.
  const mistyped =
    error instanceof UsageError || error instanceof RangeError || ('code' in error && error.code === 'bad-name')
  return mistyped ? exitCodes.usage : exitCodes.failed
}

async function dispatch([first, ...rest]: readonly string[], around: Surroundings): Promise<number> {
  if (first === 'help' && rest[0] !== undefined) return dispatch([rest[0], '--help'], around)
  if (first === '--help' || first === '-h' || first === 'help') {
    const { generalHelp } = await import('./help.ts')
    around.print(await generalHelp(commands))
    return exitCodes.done
  }
  if (first === '--version') {
    around.print(version())
    return exitCodes.done
  }
  // Without a command it is the demo, with the demo's options.
  const name = first === undefined || first.startsWith('-') ? 'demo' : first
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    throw new UsageError(
      `there is no command ${name}${didYouMean(name, Object.keys(commands))}; softfob --help lists them`,
    )
  }
  return runCommand(name, await load(), first === undefined || first === name ? rest : [first, ...rest], around)
}

async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  around: Surroundings,
): Promise<number> {
  const { values, positionals } = parse(name, command, args)
  if (values.help === true) {
    const { commandHelp } = await import('./help.ts')
    around.print(commandHelp(name, command))
    return exitCodes.done
  }
  const required = command.positionals.filter(positional => !positional.endsWith('?'))
  const missing = required[positionals.length]
  if (missing !== undefined) throw new UsageError(`${name} needs ${missing}, as in: softfob ${command.examples[0]}`)
  const surplus = positionals[command.positionals.length]
  if (surplus !== undefined)
    throw new UsageError(`${name} takes no "${surplus}": softfob ${name} --help shows what it takes`)
  return (await command.run({ ...around, values, positionals, json: values.json === true })) ?? exitCodes.done
}

function parse(name: string, command: Command, args: readonly string[]) {
  const options = { ...command.options, ...commonOptions }
  try {
    return parseArgs({ args: joinNegatives(args, options), options, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /^Unknown option '(--?[^']+)'/.exec(message)?.[1]
    if (unknown !== undefined) {
      const known = Object.keys(options).map(option => `--${option}`)
      throw new UsageError(
        `${name} has no option ${unknown}${didYouMean(unknown, known)}; softfob ${name} --help lists them`,
      )
    }
    const needy = /^Option '(?:-\w, )?(--[\w-]+).* argument (?:missing|is ambiguous)/.exec(message)?.[1]
    const sentence = needy === undefined ? message.split('\n', 1)[0] : `${needy} needs a value`
    throw new UsageError(`${sentence}; softfob ${name} --help shows how`)
  }
}

/** parseArgs takes the `-2m` of `--offset -2m` for an option of its own. */
function joinNegatives(args: readonly string[], options: Options): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const [, option = ''] = /^--(.+)$/.exec(joined.at(-1) ?? '') ?? []
    if (/^-\d/.test(arg) && Object.hasOwn(options, option) && options[option]?.type === 'string')
      joined.push(`${joined.pop()}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
