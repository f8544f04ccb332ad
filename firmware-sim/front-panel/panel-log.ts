/** What the host beside the fob has said, line by line; the front panel shows its end. */

/** How a line is meant: something went well, went wrong, or only helps along. */
export type Tone = 'plain' | 'good' | 'bad' | 'hint'

export interface LogLine {
  /** Counts up from 1. */
  readonly number: number
  readonly text: string
  readonly tone: Tone
}

/** A fob may stay plugged in for weeks; nobody reads further back than this on a panel. */
const longestLog = 1000

export class PanelLog {
  readonly #listeners = new Set<() => void>()
  #lines: readonly LogLine[] = []

  /** Oldest first; the last 1000. */
  get lines(): readonly LogLine[] {
    return this.#lines
  }

  add(text: string, tone: Tone = 'plain'): void {
    const number = (this.#lines.at(-1)?.number ?? 0) + 1
    this.#lines = [...this.#lines.slice(1 - longestLog), { number, text, tone }]
    for (const listener of this.#listeners) listener()
  }

  /** @returns a function that takes the listener away again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
