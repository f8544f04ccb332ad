/** Two consecutive codes off a fob on a cable: what enabling and resynchronising a device take. */

import type { FobClient } from '../fob-client.ts'

export interface TwoCodes {
  readonly code1: string
  readonly code2: string
}

export interface TwoCodesOptions {
  /** Lets so many microseconds pass, until the fob shows the next code. */
  readonly wait: (us: number, signal?: AbortSignal) => Promise<void>
  /** Called when the fob waits for its button: now is the time to press it. */
  readonly onPress?: (which: 1 | 2) => void
  /** Called before the wait for the next code, with its length in microseconds. */
  readonly onWait?: (us: number) => void
  readonly signal?: AbortSignal
}

/** A step's end is announced in whole milliseconds: this much later it has certainly come. */
const marginUs = 1000

/** @throws FobError when the fob goes or refuses; the signal's reason */
export async function readTwoCodes(client: FobClient, options: TwoCodesOptions): Promise<TwoCodes> {
  const { wait, onPress, onWait, signal } = options
  const read = (which: 1 | 2) => client.getCode({ onProgress: () => onPress?.(which), ...(signal && { signal }) })
  const first = await read(1)
  let second = first
  do {
    // An HOTP fob says nothing of time: its next press gives its next code.
    if (second.remainingMs !== undefined) {
      const us = second.remainingMs * 1000 + marginUs
      onWait?.(us)
      await wait(us, signal)
    }
    second = await read(2)
    // A clock that runs faster than the fob's ends the wait too early: then it is the same code still.
  } while (second.remainingMs !== undefined && second.code === first.code)
  return { code1: first.code, code2: second.code }
}
