/** What the person at the front panel should do next, as in `press SPACE: the host waits for a code`. */

export class Prompt {
  readonly #listeners = new Set<() => void>()
  #text: string

  constructor(text = '') {
    this.#text = text
  }

  /** Empty when there is nothing to do. */
  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    for (const listener of this.#listeners) listener()
  }

  /** @returns a function that takes the listener away again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
