/** What the LCD shows, how long, and the bar that counts a code's time down. */

import { barBlocks, darkFrame, type LcdFrame } from '../parts/lcd.ts'
import type { Display, Effect, FirmwareState, Inputs, Step } from './state.ts'

/** Lights the display and sets the time at which it goes dark. */
export function show(state: FirmwareState, display: Display, inputs: Inputs): Step {
  const effects: Effect[] = [
    { type: 'show', frame: frameOf(state, display, inputs) },
    darkAlarm(state, display, inputs),
    ...nextBlock(state, display.shows === 'code' ? display.endsUs : undefined, inputs),
  ]
  if (state.display.shows === 'nothing')
    effects.push({ type: 'announce', event: { name: 'display', body: { lit: true } } })
  if (inputs.batteryLow)
    effects.push({ type: 'announce', event: { name: 'battery', body: { percent: inputs.batteryPercent } } })
  return { state: { ...state, display }, effects }
}

/** A block of the bar has run out. */
export function showBar(state: FirmwareState, inputs: Inputs): Step {
  if (state.display.shows !== 'code') return { state, effects: [] }
  return {
    state,
    effects: [
      { type: 'show', frame: frameOf(state, state.display, inputs) },
      ...nextBlock(state, state.display.endsUs, inputs),
    ],
  }
}

export function darken(state: FirmwareState): Step {
  if (state.display.shows === 'nothing') return { state, effects: [] }
  return {
    state: { ...state, display: { shows: 'nothing' } },
    effects: [
      { type: 'show', frame: darkFrame },
      { type: 'clear-alarm', name: 'bar' },
      { type: 'clear-alarm', name: 'dark' },
      { type: 'announce', event: { name: 'display', body: { lit: false } } },
    ],
  }
}

function frameOf(state: FirmwareState, display: Display, inputs: Inputs): LcdFrame {
  const lowBattery = inputs.batteryLow
  switch (display.shows) {
    case 'nothing':
      return darkFrame
    case 'test':
      return { text: '8'.repeat(state.key.digits), bar: barBlocks, lowBattery: true }
    case 'message':
      return { text: display.text.padEnd(state.key.digits), bar: 0, lowBattery }
    case 'code':
      return { text: display.code, bar: remainingBlocks(state, display.endsUs, inputs), lowBattery }
  }
}

/** When the display goes dark by itself. The test ends with the button that asked for it. */
function darkAlarm({ model }: FirmwareState, display: Display, { deviceUs }: Inputs): Effect {
  if (display.shows === 'test') return { type: 'clear-alarm', name: 'dark' }
  const atUs =
    display.shows === 'code' && display.endsUs !== undefined
      ? Math.max(display.endsUs, deviceUs + model.leastDisplaySeconds * 1e6)
      : deviceUs + model.displaySeconds * 1e6
  return { type: 'set-alarm', name: 'dark', atUs }
}

function remainingBlocks(state: FirmwareState, endsUs: number | undefined, inputs: Inputs): number {
  if (endsUs === undefined) return 0
  return Math.min(barBlocks, Math.max(0, Math.ceil((endsUs - inputs.deviceUs) / blockUs(state))))
}

function nextBlock(state: FirmwareState, endsUs: number | undefined, inputs: Inputs): Effect[] {
  const remaining = remainingBlocks(state, endsUs, inputs)
  if (endsUs === undefined || remaining === 0) return [{ type: 'clear-alarm', name: 'bar' }]
  return [{ type: 'set-alarm', name: 'bar', atUs: endsUs - (remaining - 1) * blockUs(state) }]
}

function blockUs(state: FirmwareState): number {
  return (state.key.timeStepSeconds * 1e6) / barBlocks
}
