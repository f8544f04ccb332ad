/** The button: one contact, which may bounce. It reports every edge; making sense of them is the firmware's. */

import type { Alarm, Clock } from '../../protocol/time/clock.ts'
import { type Entropy, randomBelow } from '../../protocol/time/entropy.ts'

export class Button {
  readonly #clock: Clock
  readonly #entropy: Entropy
  readonly #onEdge: () => void
  #closed = false
  #chatter: Alarm[] = []
  /** How long the contact chatters after each change, in microseconds: 0 for a clean one, some thousands for a worn one. */
  bounceUs = 0

  constructor(clock: Clock, entropy: Entropy, onEdge: () => void) {
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
    // The finger moves on: what the contact had still to chatter is cut short.
    for (const alarm of this.#chatter) alarm.clear()
    this.#edge(closed)
    const startUs = this.#clock.nowUs()
    // An even number of extra edges, so that the contact comes to rest where the finger wants it.
    const edges = this.bounceUs > 0 ? 2 * (1 + randomBelow(this.#entropy, 4)) : 0
    const offsets = Array.from({ length: edges }, () => 1 + randomBelow(this.#entropy, this.bounceUs)).sort(
      (a, b) => a - b,
    )
    this.#chatter = offsets.map((offsetUs, index) =>
      this.#clock.setAlarm(startUs + offsetUs, () => {
        // After a jump of the clock it has long come to rest.
        const chatters = this.#clock.nowUs() <= startUs + this.bounceUs
        this.#edge(chatters && index % 2 === 0 ? !closed : closed)
      }),
    )
  }

  #edge(closed: boolean): void {
    if (closed === this.#closed) return
    this.#closed = closed
    this.#onEdge()
  }
}
