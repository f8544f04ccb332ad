/** The story beside a front panel: a person presses the button and moves the time. */

import type { PanelLog } from '../../../firmware-sim/front-panel/panel-log.ts'
import type { Prompt } from '../../../firmware-sim/front-panel/prompt.ts'
import { type Clock, passTime } from '../../../protocol/time/clock.ts'
import { timeOfDay } from '../../../protocol/time/iso-time.ts'
import type { Stage } from './story.ts'

/**
 * @param ports what the panel shows as plugged in; the story changes it
 * @param signal aborts when the person has left: nobody then waits for time to pass
 */
export function panelStage(clock: Clock, log: PanelLog, prompt: Prompt, ports: string[], signal: AbortSignal): Stage {
  // Without the verbs of a clock that can be moved, so that a wait is a wait: for real time, or for the person's arrow key.
  const patient: Clock = { nowUs: () => clock.nowUs(), setAlarm: (atUs, ring) => clock.setAlarm(atUs, ring) }
  return {
    tell(speaker, text, tone) {
      prompt.text = ''
      const sentence = speaker === 'time' ? text : `${speaker} ${text}`
      log.add(`${timeOfDay(clock.nowUs())} ${sentence}`, tone)
    },
    askForPress(why) {
      prompt.text = `press SPACE: ${why}`
    },
    async wait(us) {
      prompt.text = 'press → to let 30 seconds pass, or wait'
      await passTime(patient, us, signal)
      prompt.text = ''
    },
    plugged(names) {
      ports.splice(0, ports.length, ...names)
    },
  }
}
