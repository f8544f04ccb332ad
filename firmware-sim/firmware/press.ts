/** The button as the firmware takes it: the first edge counts, what follows within the debounce time is bounce. */

import { startCode } from './code.ts'
import { darken, show } from './display.ts'
import { andThen, type FirmwareState, type Inputs, type Step, stay } from './state.ts'

/**
 * Looks at the contact, at an edge and again when its bounce is over.
 * @param atUs device time of the change; after a jump of the clock this may lie before now
 */
export function contactChanged(state: FirmwareState, atUs: number, inputs: Inputs): Step {
  const { pressed, settledAtUs } = state.button
  if (inputs.contactClosed === pressed || atUs < settledAtUs) return stay(state)
  const settledUs = atUs + state.model.debounceMs * 1000
  const step: Step = {
    state: { ...state, button: { pressed: !pressed, settledAtUs: settledUs } },
    // The contact may lie otherwise when the bounce is over: look again then.
    effects: [{ type: 'set-alarm', name: 'debounce', atUs: settledUs }],
  }
  return andThen(step, settled => (pressed ? released(settled) : down(settled, atUs, inputs)))
}

/** Held down: every segment is lit until the button is let go, to see that none is broken. */
export function holdReached(state: FirmwareState, inputs: Inputs): Step {
  return state.button.pressed ? show(state, { shows: 'test' }, inputs) : stay(state)
}

function down(state: FirmwareState, atUs: number, inputs: Inputs): Step {
  const step: Step = {
    state,
    effects: [
      { type: 'announce', event: { name: 'pressed', body: {} } },
      { type: 'set-alarm', name: 'hold', atUs: atUs + state.model.holdSeconds * 1e6 },
    ],
  }
  return andThen(step, pressed => startCode(pressed, inputs))
}

function released(state: FirmwareState): Step {
  const step: Step = { state, effects: [{ type: 'clear-alarm', name: 'hold' }] }
  return state.display.shows === 'test' ? andThen(step, darken) : step
}
