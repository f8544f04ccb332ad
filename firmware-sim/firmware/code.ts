/** From a press to a code: the counter is written before the HMAC is asked for, and the HMAC before anything is shown. */

import type { FailureReason } from '../../protocol/messages/table.ts'
import { truncate } from '../../protocol/oath/hotp.ts'
import { stepOf } from '../../protocol/oath/totp.ts'
import { show } from './display.ts'
import { andThen, type FirmwareState, type Inputs, type Step, stay } from './state.ts'

export function startCode(state: FirmwareState, inputs: Inputs): Step {
  if (inputs.vault !== 'personalised') return refuse(state, 'not-personalised', '------', inputs)
  // On a cable the chip has power without its cell, but its clock has stopped: a code would be an old one.
  if (inputs.batteryFlat) return refuse(state, 'battery-flat', 'Err  2', inputs)
  if (state.key.kind === 'HOTP') {
    // Power lost between here and the display skips a code; the other order would repeat one.
    const computing = state.counter
    return { state: { ...state, computing }, effects: [{ type: 'persist', record: { counter: computing + 1 } }] }
  }
  const computing = stepOf(inputs.deviceUs, timeStepUs(state))
  return { state: { ...state, computing }, effects: [{ type: 'hmac', counter: computing }] }
}

export function counterPersisted(state: FirmwareState, ok: boolean, inputs: Inputs): Step {
  const { computing } = state
  if (computing === undefined) return stay(state)
  if (!ok) return refuse({ ...state, computing: undefined, fault: 'storage' }, 'storage-failed', 'Err  1', inputs)
  return {
    state: { ...state, counter: computing + 1, fault: undefined },
    effects: [{ type: 'hmac', counter: computing }],
  }
}

export function codeComputed(state: FirmwareState, digest: Buffer, inputs: Inputs): Step {
  const { computing, key, waiting } = state
  if (computing === undefined) return stay(state)
  const code = truncate(digest, key.digits)
  const endsUs = key.kind === 'TOTP' ? (computing + 1) * timeStepUs(state) : undefined
  const shown = show({ ...state, computing: undefined, waiting: undefined }, { shows: 'code', code, endsUs }, inputs)
  if (waiting === undefined) return shown
  const remaining =
    endsUs === undefined ? {} : { remainingMs: Math.max(0, Math.round((endsUs - inputs.deviceUs) / 1000)) }
  const { channel, txid } = waiting
  const message = { type: 'response', txid, name: 'getCode', body: { code, ...remaining } } as const
  return { ...shown, effects: [...shown.effects, { type: 'send', channel, message }] }
}

/** Nothing to show but why, and the host that waits is told. */
function refuse(state: FirmwareState, reason: FailureReason, text: string, inputs: Inputs): Step {
  return andThen(show({ ...state, waiting: undefined }, { shows: 'message', text }, inputs), shown => {
    if (state.waiting === undefined) return stay(shown)
    const { channel, txid } = state.waiting
    return {
      state: shown,
      effects: [{ type: 'send', channel, message: { type: 'failure', txid, name: 'getCode', body: { reason } } }],
    }
  })
}

function timeStepUs(state: FirmwareState): number {
  return state.key.timeStepSeconds * 1e6
}
