/** The reports of one HID channel back into messages. What does not fit together is thrown away and counted. */

import { maxMessageLength } from '../messages/table.ts'
import { type HidReport, hidCommands } from './hid-reports.ts'

export class Reassembly {
  #message: Uint8Array | undefined
  #filled = 0
  #sequence = 0
  #dropped = 0

  /** Messages and stray reports that were thrown away. */
  get dropped(): number {
    return this.#dropped
  }

  /** @returns the message that this report completes */
  push(report: HidReport): Uint8Array | undefined {
    if (report.kind === 'first') this.#begin(report.command, report.length)
    // A report that is lost takes its message with it; the reports after it then belong to none.
    else if (this.#message === undefined || report.sequence !== this.#sequence++) this.#drop()
    return this.#message === undefined ? undefined : this.#fill(this.#message, report.data)
  }

  #begin(command: number, length: number): void {
    if (this.#message !== undefined) this.#drop()
    if (command !== hidCommands.message || length === 0 || length > maxMessageLength) {
      this.#drop()
      return
    }
    this.#message = new Uint8Array(length)
    this.#filled = 0
    this.#sequence = 0
  }

  #fill(message: Uint8Array, data: Uint8Array): Uint8Array | undefined {
    const piece = data.subarray(0, message.length - this.#filled)
    message.set(piece, this.#filled)
    this.#filled += piece.length
    if (this.#filled < message.length) return undefined
    this.#message = undefined
    return message
  }

  #drop(): void {
    this.#message = undefined
    this.#dropped++
  }
}
