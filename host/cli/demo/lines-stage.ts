/** The story as lines, with nobody at the button: for a pipe, a log, or CI. */

import type { Fob } from '../../../firmware-sim/fob.ts'
import { digitRows } from '../../../firmware-sim/front-panel/segment-cells.ts'
import { barBlocks } from '../../../firmware-sim/parts/lcd.ts'
import { isoTime, timeOfDay } from '../../../protocol/time/iso-time.ts'
import type { Lab } from '../../lab/lab.ts'
import type { Stage } from './story.ts'

const indent = ' '.repeat(18)

export function linesStage(lab: Lab, fob: Fob, print: (line: string) => void): Stage {
  let date = ''
  return {
    tell(speaker, text) {
      const nowUs = lab.clock.nowUs()
      const today = isoTime(nowUs).slice(0, 10)
      if (today !== date) print(`${date === '' ? '' : '\n'}── ${today} ──`)
      date = today
      print(`${timeOfDay(nowUs)}  ${speaker.padEnd(7)} ${text}`)
    },
    askForPress() {
      void fob.press().then(
        () => print(drawLcd(fob)),
        (error: Error) => print(`${indent}${error.message}`),
      )
    },
    wait: us => lab.clock.runFor({ microseconds: us }),
    plugged() {},
  }
}

/** The same for a program: a line of JSON for each thing that is said, and for each press. */
export function jsonStage(lab: Lab, fob: Fob, print: (line: string) => void): Stage {
  const tell = (said: object) => print(JSON.stringify({ at: isoTime(lab.clock.nowUs()), ...said }))
  return {
    tell: (speaker, text, tone = 'plain') => tell({ speaker, text, tone }),
    askForPress() {
      void fob.press().then(
        () => tell({ speaker: 'fob', lcd: fob.lcd.text, bar: fob.lcd.bar }),
        (error: Error) => tell({ speaker: 'fob', text: error.message, tone: 'bad' }),
      )
    },
    wait: us => lab.clock.runFor({ microseconds: us }),
    plugged() {},
  }
}

/** The lit segments of the LCD, and the bar of what remains of the step. */
function drawLcd({ lcd }: Fob): string {
  const rows = ['', '', '']
  for (const segments of lcd.segments) {
    for (const { row, cells } of digitRows(segments)) {
      rows[row] += `  ${cells.map(({ lit, character }) => (lit ? character : ' ')).join('')}`
    }
  }
  const bar = '▮'.repeat(lcd.bar) + '▯'.repeat(barBlocks - lcd.bar)
  return [...rows, `  ${bar}`].map(row => (indent + row).trimEnd()).join('\n')
}
