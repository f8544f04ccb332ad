/** When the front panel is drawn again: at every change that it is told of, and four times a second for its clocks. */

import { useEffect, useReducer } from 'react'
import type { Alarm, Clock } from '../../protocol/time/clock.ts'
import type { Lcd } from '../parts/lcd.ts'
import type { PanelLog } from './panel-log.ts'
import type { Prompt } from './prompt.ts'

const tickUs = 250_000

export interface Watched {
  readonly clock: Clock
  readonly lcd: Lcd
  readonly log: PanelLog
  readonly prompt: Prompt
}

/** Draws the component that calls it again and again while it is mounted. @returns draws it now */
export function useRedraw({ clock, lcd, log, prompt }: Watched): () => void {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0)
  useEffect(() => {
    const stops = [lcd, log, prompt].map(part => part.onChange(redraw))
    return () => {
      for (const stop of stops) stop()
    }
  }, [lcd, log, prompt])
  useEffect(() => {
    let alarm: Alarm | undefined
    // On whole quarters of a second, so that the seconds change when they do.
    const tick = () => {
      redraw()
      alarm = clock.setAlarm((Math.floor(clock.nowUs() / tickUs) + 1) * tickUs, tick)
    }
    tick()
    return () => alarm?.clear()
  }, [clock])
  return redraw
}
