/** Keys typed at the terminal, looked up in the table of keys. */

import { useInput, useStdin } from 'ink'
import type { PanelKey } from './panel-keys.ts'
import type { PanelLog } from './panel-log.ts'

/** Runs the key that is typed; what it throws goes into the log, and `done` is called after each. */
export function useKeys(keys: readonly PanelKey[], log: PanelLog, done: () => void): void {
  const { isRawModeSupported } = useStdin()
  const strike = async (input: string) => {
    try {
      await keys.find(key => key.input === input)?.run()
    } catch (error) {
      log.add(error instanceof Error ? error.message : String(error), 'bad')
    }
    done()
  }
  useInput(
    (input, { rightArrow, ctrl, meta }) => {
      if (ctrl || meta) return
      // Keys that are typed fast arrive together.
      for (const character of rightArrow ? ['right'] : input) void strike(character)
    },
    { isActive: isRawModeSupported },
  )
}
