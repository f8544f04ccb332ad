/**
 * Which telnet options are in force at either end (RFC 855), in the manner of RFC 1143: a verb is answered only where it
 * changes something, so that two ends do not answer each other for ever.
 */

import { DO, DONT, IAC, WILL, WONT } from './telnet.ts'

/** One end of the connection: what it says to agree, and to refuse. */
interface Side {
  readonly yes: number
  readonly no: number
  readonly states: Map<number, 'asked' | 'on'>
}

export class TelnetOptions {
  readonly #wanted: readonly number[]
  readonly #ours: Side = { yes: WILL, no: WONT, states: new Map() }
  readonly #theirs: Side = { yes: DO, no: DONT, states: new Map() }

  /** @param wanted the options that are agreed to, at both ends; any other is refused */
  constructor(wanted: readonly number[]) {
    this.#wanted = wanted
  }

  /** @returns what to send first: offers each of these options, and asks for it */
  ask(...options: number[]): Uint8Array {
    return Uint8Array.from(
      [this.#ours, this.#theirs].flatMap(({ yes, states }) =>
        options.flatMap(option => {
          states.set(option, 'asked')
          return [IAC, yes, option]
        }),
      ),
    )
  }

  /** Is the option in force at the other end? */
  theyUse(option: number): boolean {
    return this.#theirs.states.get(option) === 'on'
  }

  /** @returns the answer to one verb; empty when there is none to give */
  answer(verb: number, option: number): Uint8Array {
    const { yes, no, states } = verb === DO || verb === DONT ? this.#ours : this.#theirs
    const before = states.get(option)
    if (verb === DONT || verb === WONT) {
      states.delete(option)
      return before === 'on' ? Uint8Array.of(IAC, no, option) : new Uint8Array()
    }
    if (!this.#wanted.includes(option)) return Uint8Array.of(IAC, no, option)
    states.set(option, 'on')
    return before === undefined ? Uint8Array.of(IAC, yes, option) : new Uint8Array()
  }
}
