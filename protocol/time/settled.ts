/** The end of a turn: all that can run without waiting for the world has run. */

// From the module and not the global, in whose place a test runner's fake timers put their own.
import { setImmediate } from 'node:timers/promises'

/** Lets what an alarm has started run until it waits for something else, however many promises that takes. */
export function settled(): Promise<void> {
  return setImmediate()
}
