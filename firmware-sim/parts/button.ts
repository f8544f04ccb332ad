/** The button: one contact, which may bounce. It reports every edge; making sense of them is the firmware's. */

import { type Entropy, randomBelow } from '../../protocol/time/entropy.ts'
import type { Clock } from '../../protocol/time/clock.ts'

export class Button {
  readonly #clock: Clock
  readonly #entropy: Entropy
  readonly #onEdge: (closed: boolean) => void
  #closed = false
  /** How long the contact chatters after each change, in microseconds: 0 for a clean one, some thousands for a worn one. */
  bounceUs = 0

  constructor(clock: Clock, entropy: Entropy, onEdge: (closed: boolean) => void) {
    this.#clock = clock
    this.#entropy = entropy
    this.#onEdge = onEdge
  }

  /** Whether the contact is closed at this instant. */
  get closed(): boolean {
    return this.#closed
  }

  down(): void {
    this.#settle(true)
  }

  up(): void {
    this.#settle(false)
  }

  #settle(closed: boolean): void {
    this.#edge(closed)
    const startUs = this.#clock.nowUs()
    // An even number of extra edges, so that the contact comes to rest where the finger wants it.
    const edges = this.bounceUs > 0 ? 2 * (1 + randomBelow(this.#entropy, 4)) : 0
    const offsets = Array.from({ length: edges }, () => 1 + randomBelow(this.#entropy, this.bounceUs)).sort((a, b) => a - b)
    for (const [index, offsetUs] of offsets.entries()) {
      this.#clock.setAlarm(startUs + offsetUs, () => this.#edge(index % 2 === 0 ? !closed : closed))
    }
  }

  #edge(closed: boolean): void {
    if (closed === this.#closed) return
    this.#closed = closed
    this.#onEdge(closed)
  }
}
