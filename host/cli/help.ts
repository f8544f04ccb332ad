/** The help: what there is, and for each command an example first. */

import { type Command, commonOptions, type Options } from './command.ts'

export async function generalHelp(commands: Readonly<Record<string, () => Promise<Command>>>): Promise<string> {
  const rows: [string, string][] = []
  for (const [name, load] of Object.entries(commands)) rows.push([`softfob ${name}`, (await load()).summary])
  return `softfob            a fob in this terminal, and a sign-in that asks for its code

${table(rows)}

softfob COMMAND --help shows a command's options, with an example first.
Exit codes: 0 done, 1 failed, 2 not understood, 3 refused by the service, 130 interrupted.
$SOFTFOB_HOME is where fobs and the store are kept; $SOFTFOB_KEY_FILE is the key that they are sealed under.`
}

export function commandHelp(name: string, command: Command): string {
  const usage = [`softfob ${name}`, ...command.positionals.map(showPositional), '[options]'].join(' ')
  return `${command.examples.map(example => `  $ softfob ${example}`).join('\n')}

${usage}
${command.summary}

${table(Object.entries({ ...command.options, ...commonOptions }).map(([option, spec]) => [showOption(option, spec), spec.help]))}`
}

function showPositional(positional: string): string {
  return positional.endsWith('?') ? `[${positional.slice(0, -1)}]` : positional
}

function showOption(name: string, spec: Options[string]): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `
  return `${short}--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
