/** The softfob command as a stranger uses it: the compiled program in a process of its own, with a home of its own. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'

export const program = join(import.meta.dirname, '../../dist/host/cli/softfob.js')

export interface Ended {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string | undefined>>

export class Softfob {
  readonly home: string
  /** Where running fobs have their sockets. */
  readonly temporary: string
  readonly #environment: Environment

  /** @param environment more variables, or undefined for one that is not to be set. All is gone after the test. */
  constructor(environment: Environment = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'softfob-system-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    this.home = join(folder, 'home')
    this.temporary = join(folder, 't')
    mkdirSync(this.temporary)
    this.#environment = { SOFTFOB_HOME: this.home, TMPDIR: this.temporary, NO_COLOR: '1', ...environment }
  }

  /** For programs that run softfob themselves. */
  get environment(): NodeJS.ProcessEnv {
    const { SOFTFOB_KEY_FILE: _, FORCE_COLOR: __, ...inherited } = process.env
    return { ...inherited, ...this.#environment }
  }

  /** Runs it to its end. @param input what stands on stdin */
  run(args: readonly string[], input: string | Uint8Array = ''): Promise<Ended> {
    const started = this.start(args)
    started.process.stdin.end(input)
    return started.ended
  }

  /** Runs what must succeed. @returns stdout without its last newline */
  async ask(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args)
    expect(exitCode, `softfob ${args.join(' ')}: ${stderr}`).toBe(0)
    return stdout.trimEnd()
  }

  async askJson(...args: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.ask(...args, '--json'))
  }

  start(args: readonly string[]): Started {
    const { environment: env } = this
    return new Started(spawn(process.execPath, [program, ...args], { env }))
  }

  /** Plugs a fob in, and waits until it is. */
  async plugIn(...args: readonly string[]): Promise<Plugged> {
    const started = this.start(['run', ...args])
    const line = await started.firstLine()
    return Object.assign(started, { ready: JSON.parse(line) as Ready })
  }
}

/** The line that `softfob run` prints for programs. */
export interface Ready {
  readonly ready: true
  readonly serialNumber: string
  readonly on: readonly { readonly kind: string; readonly path?: string; readonly port?: number }[]
}

export type Plugged = Started & { readonly ready: Ready }

export class Started {
  readonly process: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>

  constructor(child: ChildProcessWithoutNullStreams) {
    this.process = child
    // It may end before it has read all that it was given.
    child.stdin.on('error', () => {})
    this.ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
      ([[exitCode], stdout, stderr]) => ({ exitCode, stdout, stderr }),
    )
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** @throws Error with what it said instead when it ends without a line */
  async firstLine(): Promise<string> {
    const lines = createInterface(this.process.stdout)
    const line = once(lines, 'line').then(([first]) => String(first))
    const nothing = this.ended.then(({ stderr }) => {
      throw new Error(`no line, but: ${stderr}`)
    })
    return Promise.race([line, nothing])
  }

  /** Fulfilled when it has said so on stderr. */
  says(words: string): Promise<void> {
    let said = ''
    return new Promise(resolve => {
      this.process.stderr.on('data', chunk => {
        said += String(chunk)
        if (said.includes(words)) resolve()
      })
    })
  }

  end(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal)
    return this.ended
  }
}

/** A refusal: one line that tells a person what to do, nothing for a program, and no word of where in the code it was. */
export function expectRefusal({ exitCode, stdout, stderr }: Ended, says: RegExp, code = 1): void {
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^softfob: [^\n]+\n$/)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|\.[jt]s:\d+/)
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' })
}
