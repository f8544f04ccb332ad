/** Pending alarms in the order in which they ring: a binary heap by deadline, then by age. */

import type { Alarm } from './clock.ts'

interface Entry {
  readonly atUs: number
  readonly order: number
  readonly ring: () => void
  pending: boolean
}

export class AlarmQueue {
  #heap: Entry[] = []
  #order = 0
  /** How many in the heap have been cleared: they stay until they come up, or are the most of it. */
  #cleared = 0

  /** @throws RangeError for a deadline that is no integer: it would have no place in the order. */
  add(atUs: number, ring: () => void): Alarm {
    if (!Number.isSafeInteger(atUs)) throw new RangeError(`an alarm needs whole microseconds, not ${atUs}`)
    const entry: Entry = { atUs, order: this.#order++, ring, pending: true }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return { clear: () => this.#clear(entry) }
  }

  /** The earliest deadline that still stands. */
  nextUs(): number | undefined {
    return this.#earliest()?.atUs
  }

  /** Takes out the earliest alarm if it is due at `nowUs`; the caller rings it. */
  takeDue(nowUs: number): { readonly atUs: number; readonly ring: () => void } | undefined {
    const earliest = this.#earliest()
    if (earliest === undefined || earliest.atUs > nowUs) return undefined
    earliest.pending = false
    this.#removeFirst()
    return earliest
  }

  #clear(entry: Entry): void {
    if (!entry.pending) return
    entry.pending = false
    this.#cleared++
    if (this.#cleared * 2 <= this.#heap.length) return
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ pending }) => pending).sort((a, b) => a.atUs - b.atUs || a.order - b.order)
    this.#cleared = 0
  }

  #earliest(): Entry | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.pending) return first
      this.#removeFirst()
      this.#cleared--
    }
    return undefined
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!this.#swapIfEarlier(child, parent)) return
      child = parent
    }
  }

  #sink(index: number): void {
    for (let parent = index; ; ) {
      const left = 2 * parent + 1
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left
      if (!this.#swapIfEarlier(child, parent)) return
      parent = child
    }
  }

  #swapIfEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined || !this.#isEarlier(a, b)) return false
    this.#heap[a] = second
    this.#heap[b] = first
    return true
  }

  #isEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined) return false
    if (second === undefined) return true
    return first.atUs < second.atUs || (first.atUs === second.atUs && first.order < second.order)
  }
}
