/** In the guest: another program, and what it says. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** It has said something on stderr. */
  readonly complains: Promise<unknown>
  readonly ends: Promise<Outcome>
}

export function start(program: string, ...args: string[]): Running {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const outcome = async () => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { exitCode: child.exitCode, stdout, stderr }
  }
  return { complains: once(child.stderr, 'readable'), ends: outcome() }
}

/** @throws with what it said on stderr, when it fails */
export async function run(program: string, ...args: string[]): Promise<Outcome> {
  const outcome = await start(program, ...args).ends
  if (outcome.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${outcome.stderr}`)
  return outcome
}

/** What the kernel has said that is no mere information. */
export async function kernelWarnings(): Promise<string[]> {
  const { stdout } = await run('dmesg', '--notime', '--level', 'emerg,alert,crit,err,warn')
  return stdout.split('\n').filter(line => line !== '')
}
