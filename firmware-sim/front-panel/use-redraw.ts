/** When the front panel is drawn again: at every change that it is told of, and four times a second for its clocks. */

import { useEffect, useReducer } from 'react'
import type { Alarm, Clock } from '../../protocol/time/clock.ts'
import { settled } from '../../protocol/time/settled.ts'
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
    let mounted = true
    const tick = async () => {
      // Two turns late: a clock that is run for hours does not stop at each quarter of a second, and is drawn where it ends.
      await settled()
      await settled()
      if (!mounted) return
      redraw()
      // On whole quarters, so that the seconds change when they do.
      alarm = clock.setAlarm((Math.floor(clock.nowUs() / tickUs) + 1) * tickUs, () => void tick())
    }
    void tick()
    return () => {
      mounted = false
      alarm?.clear()
    }
  }, [clock])
  return redraw
}
