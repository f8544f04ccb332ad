/** The end of a line, as a channel tells it. */

/** Told once to all who asked, and to those who ask too late as well. */
export class Closing {
  #listeners: (() => void)[] | undefined = []

  get happened(): boolean {
    return this.#listeners === undefined
  }

  onClose(listener: () => void): void {
    if (this.#listeners === undefined) queueMicrotask(listener)
    else this.#listeners.push(listener)
  }

  /** Tells everybody. Nothing happens the second time. */
  happen(): void {
    const listeners = this.#listeners ?? []
    this.#listeners = undefined
    for (const listener of listeners) listener()
  }
}
