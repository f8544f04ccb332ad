/** A real terminal of a size of its own, with a shell in it: tmux, which also reads its screen. */

import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { passTime } from '../../protocol/time/clock.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'

const pollUs = 30_000
const patienceUs = 10_000_000

export interface Size {
  readonly columns: number
  readonly rows: number
}

export class Terminal {
  readonly #server: string

  /** @param folder for tmux's socket, which is this terminal's alone */
  constructor(folder: string, { columns, rows }: Size, env: NodeJS.ProcessEnv) {
    this.#server = `${folder}/tmux`
    onTestFinished(() => void this.#tmux('kill-server'))
    const size = ['-x', String(columns), '-y', String(rows)]
    const { TMUX: _, ...outside } = env
    this.#tmux('new-session', '-d', ...size, 'env', 'PS1=$ ', ...pairs(outside), 'sh')
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', text)
  }

  /** Strikes keys by tmux's names, such as `Space`, `Right` or `C-c`. */
  strike(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  /** Has the shell run a line. */
  run(line: string): void {
    this.type(line)
    this.strike('Enter')
  }

  resize({ columns, rows }: Size): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** The screen's rows, without spaces at their ends. */
  get rows(): string[] {
    return this.#tmux('capture-pane', '-p').replace(/\n$/, '').split('\n')
  }

  get screen(): string {
    return this.rows.join('\n')
  }

  /** Waits until the screen shows it. @throws Error with the screen when it does not within ten seconds */
  async until(shows: (screen: string) => boolean): Promise<string> {
    const deadlineUs = systemClock.nowUs() + patienceUs
    for (;;) {
      const { screen } = this
      if (shows(screen)) return screen
      if (systemClock.nowUs() > deadlineUs) throw new Error(`the screen does not show ${shows}, but:\n${screen}`)
      await passTime(systemClock, pollUs)
    }
  }

  #tmux(...args: readonly string[]): string {
    // Without the user's settings, and in UTF-8 whatever the locale.
    const { stdout } = spawnSync('tmux', ['-u', '-f', '/dev/null', '-S', this.#server, ...args], { encoding: 'utf8' })
    return stdout
  }
}

function pairs(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`))
}
