/** What a command meets outside: streams, folders, keys and signals. Commands see nothing else of the process. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ReadStream, WriteStream } from 'node:tty'
import { systemCode } from '../../protocol/framing/line-error.ts'

export interface Surroundings {
  /** A line for whoever asked: on stdout. */
  print(line: string): void
  /** A line for the person who watches: on stderr. */
  say(line: string): void
  readonly paths: Paths
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts on SIGINT and SIGTERM. A command that never asks for it is ended by them as the system does. */
  interruption(): AbortSignal
  /** Calls the listener at each SIGUSR1, where the system has it. */
  onPressSignal(listener: () => void): void
}

export interface Paths {
  readonly drawer: string
  readonly keyFile: string
  readonly store: string
}

/** `$SOFTFOB_HOME`, else the XDG data folder, else Windows' folder for such things. */
export function pathsOf(env: Surroundings['env']): Paths {
  const data =
    env.XDG_DATA_HOME || (process.platform === 'win32' && env.LOCALAPPDATA) || join(homedir(), '.local', 'share')
  const home = env.SOFTFOB_HOME || join(data, 'softfob')
  return {
    drawer: join(home, 'fobs'),
    keyFile: env.SOFTFOB_KEY_FILE || join(home, 'key'),
    store: join(home, 'store.db'),
  }
}

/** What was to be said can't be. A reader that has gone, as `head` does, had what it wanted; a full disk had not. */
function giveUp(error: Error): void {
  if (systemCode(error) === 'EPIPE') process.exit()
  process.stderr.write(`softfob: nothing could be written: ${error.message}\n`)
  process.exit(1)
}

export function surroundings(): Surroundings {
  const { stdin, stdout, stderr, env } = process
  for (const stream of [stdout, stderr]) stream.on('error', giveUp)
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new Error('interrupted'))
  return {
    print: line => void stdout.write(`${line}\n`),
    say: line => void stderr.write(`${line}\n`),
    paths: pathsOf(env),
    stdin,
    stdout,
    env,
    interruption() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        if (!process.listeners(signal).includes(interrupt)) process.on(signal, interrupt)
      return interruption.signal
    },
    onPressSignal: listener => {
      if (process.platform !== 'win32') process.on('SIGUSR1', listener)
    },
  }
}
