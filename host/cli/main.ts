/** From a command line to a command, and from whatever goes wrong to one line and an exit code. */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Command, commonOptions, exitCodes, UsageError } from './command.ts'
import { didYouMean } from './did-you-mean.ts'
import { type Surroundings, surroundings } from './surroundings.ts'

/** Each command in a file of its own, loaded only when it is called. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  new: async () => (await import('./commands/new.ts')).newFob,
  code: async () => (await import('./commands/code.ts')).code,
  run: async () => (await import('./commands/run.ts')).run,
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
    around.say(`softfob: ${error instanceof Error ? error.message : String(error)}`)
    if (around.env.SOFTFOB_TRACE && error instanceof Error) around.say(String(error.stack))
    if (error instanceof UsageError) return exitCodes.usage
    return around.interrupted.aborted ? exitCodes.interrupted : exitCodes.failed
  }
}

async function dispatch([first, ...rest]: readonly string[], around: Surroundings): Promise<number> {
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
  const call = Object.assign(Object.create(around) as Surroundings, { values, positionals, json: values.json === true })
  return (await command.run(call)) ?? exitCodes.done
}

function parse(name: string, command: Command, args: readonly string[]) {
  const options = { ...command.options, ...commonOptions }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const unknown = /^Unknown option '(--?[^']+)'/.exec(error instanceof Error ? error.message : '')?.[1]
    if (unknown !== undefined) {
      const known = Object.keys(options).map(option => `--${option}`)
      throw new UsageError(
        `${name} has no option ${unknown}${didYouMean(unknown, known)}; softfob ${name} --help lists them`,
      )
    }
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new UsageError(`${sentence}; softfob ${name} --help shows how`)
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
