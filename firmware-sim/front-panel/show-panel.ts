/** Shows the front panel on the terminal's alternate screen, and leaves the terminal as it was found. */

import { render } from 'ink'
import { createElement } from 'react'
import { FrontPanel, type PanelProps } from './FrontPanel.tsx'
import { Prompt } from './prompt.ts'
import { ThemeContext, themeFor } from './theme.ts'

export interface PanelOptions extends Omit<PanelProps, 'prompt'>, Partial<Pick<PanelProps, 'prompt'>> {
  readonly stdin: NodeJS.ReadableStream
  /** Its colour depth, in bits, decides how the panel is painted: a terminal's stream knows it, and NO_COLOR. */
  readonly stdout: NodeJS.WritableStream & { getColorDepth?(): number }
}

export interface PanelHandle {
  /** Fulfilled when the panel has been quit or closed; rejected with what broke it. The terminal is itself again. */
  readonly done: Promise<void>
  close(): void
}

/** The fob's front panel: SPACE presses, `?` lists the other keys, `q` or Ctrl-C quits. */
export function showPanel({ stdin, stdout, prompt = new Prompt(), ...props }: PanelOptions): PanelHandle {
  const panel = createElement(FrontPanel, { ...props, prompt })
  const theme = themeFor(stdout.getColorDepth?.() ?? 1)
  const screen = render(createElement(ThemeContext, { value: theme }, panel), {
    stdin,
    stdout,
    alternateScreen: true,
    // Whoever shows a panel has a terminal: also on a machine that looks like one of continuous integration.
    interactive: true,
    incrementalRendering: true,
    patchConsole: false,
  })
  return { done: screen.waitUntilExit().then(() => {}), close: () => screen.unmount() }
}
