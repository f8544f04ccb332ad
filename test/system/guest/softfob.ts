/** In the guest: the command softfob, as a person calls it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Outcome, start } from './program.ts'

export const program = join(import.meta.dirname, '../../../dist/host/cli/softfob.js')

export function softfob(...args: string[]): Promise<Outcome> {
  return start(process.execPath, program, ...args).ends
}

export interface Staying {
  /** The next line that it writes. */
  line(): Promise<string>
  /** Asks it to end. @returns its exit code */
  end(): Promise<number | null>
}

/** A command that does not end by itself. */
export function staying(...args: string[]): Staying {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    line: async () => String((await lines.next()).value),
    end: () => endOf(child),
  }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM')
  const [exitCode] = await once(child, 'exit')
  return exitCode
}
