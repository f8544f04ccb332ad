/** The firmware: (state, event, what the board reads) → state and effects. Pure; loop.ts drives it. */

import { codeComputed, counterPersisted } from './code.ts'
import { obey } from './commands.ts'
import { darken, showBar } from './display.ts'
import { contactChanged, holdReached } from './press.ts'
import { type FirmwareEvent, type FirmwareState, type Inputs, type Step, stay } from './state.ts'

export function transition(state: FirmwareState, event: FirmwareEvent, inputs: Inputs): Step {
  switch (event.type) {
    case 'edge':
      return contactChanged(state, inputs.deviceUs, inputs)
    case 'alarm':
      return alarmRang(state, event, inputs)
    case 'message':
      return obey(state, event.channel, event.message, inputs)
    case 'channel-closed':
      return stay(state.waiting?.channel === event.channel ? { ...state, waiting: undefined } : state)
    case 'persisted':
      return counterPersisted(state, event.ok, inputs)
    case 'digest':
      return codeComputed(state, event.digest, inputs)
  }
}

function alarmRang(state: FirmwareState, alarm: FirmwareEvent & { type: 'alarm' }, inputs: Inputs): Step {
  switch (alarm.name) {
    case 'debounce':
      return contactChanged(state, alarm.atUs, inputs)
    case 'hold':
      return holdReached(state, inputs)
    case 'bar':
      return showBar(state, inputs)
    case 'dark':
      return darken(state)
  }
}

/** A fob that has just got power: dark, and at rest. */
export function boot(fresh: Pick<FirmwareState, 'model' | 'serialNumber' | 'key' | 'counter'>): FirmwareState {
  return {
    ...fresh,
    button: { pressed: false, settledAtUs: Number.NEGATIVE_INFINITY },
    display: { shows: 'nothing' },
    computing: undefined,
    waiting: undefined,
    fault: undefined,
  }
}
