/** What a host may ask, command by command. A code waits for the button, whoever asks. */

import type { FromHost, Request, Response } from '../../protocol/messages/codec.ts'
import {
  type CommandName,
  type FailureReason,
  protocolVersion,
  type ResponseOf,
} from '../../protocol/messages/table.ts'
import { type ChannelId, type Effect, type FirmwareState, type Inputs, type Step, stay } from './state.ts'

export function obey(state: FirmwareState, channel: ChannelId, message: FromHost, inputs: Inputs): Step {
  if (message.type === 'cancel') return cancel(state, channel, message.txid)
  switch (message.name) {
    case 'hello':
      return greet(state, channel, message)
    case 'readSerialNumber':
      return answer(state, channel, message.txid, 'readSerialNumber', { serialNumber: state.serialNumber })
    case 'readStatus':
      return answer(state, channel, message.txid, 'readStatus', status(state, inputs))
    case 'readClock':
      return answer(state, channel, message.txid, 'readClock', { deviceTimeUs: inputs.deviceUs })
    case 'getCode':
      return waitForPress(state, channel, message, inputs)
  }
}

function greet(state: FirmwareState, channel: ChannelId, request: Request<'hello'>): Step {
  if (request.body.version !== protocolVersion) return fail(state, channel, request, 'unsupported-version')
  const { name, firmware } = state.model
  // A PTY does not tell that its host has gone: whoever greets begins anew, and what was asked before is forgotten.
  const fresh = state.waiting?.channel === channel ? { ...state, waiting: undefined } : state
  return answer(fresh, channel, request.txid, 'hello', { version: protocolVersion, model: name, firmware })
}

function status(state: FirmwareState, inputs: Inputs): ResponseOf<'readStatus'> {
  const { kind, hash, digits, timeStepSeconds } = state.key
  const fault = state.fault ?? (inputs.batteryLow ? 'battery' : undefined)
  return {
    state: inputs.vault,
    kind,
    hash,
    digits,
    ...(kind === 'TOTP' && { timeStepSeconds }),
    batteryPercent: inputs.batteryPercent,
    lit: state.display.shows !== 'nothing',
    ...(fault && { fault }),
  }
}

function waitForPress(state: FirmwareState, channel: ChannelId, request: Request<'getCode'>, inputs: Inputs): Step {
  const { txid } = request
  const waits: Effect = {
    type: 'send',
    channel,
    message: { type: 'progress', txid, name: 'getCode', body: { waitingFor: 'press' } },
  }
  // The same request once more, after another command has taken its place in the session's memory, is no second one.
  if (state.waiting?.channel === channel && state.waiting.txid === txid) return { state, effects: [waits] }
  if (inputs.vault !== 'personalised') return fail(state, channel, request, 'not-personalised')
  if (inputs.batteryFlat) return fail(state, channel, request, 'battery-flat')
  if (state.waiting !== undefined) return fail(state, channel, request, 'busy')
  return { state: { ...state, waiting: { channel, txid } }, effects: [waits] }
}

function cancel(state: FirmwareState, channel: ChannelId, txid: number): Step {
  // What has been answered already can't be canceled, and need not be.
  if (state.waiting?.channel !== channel || state.waiting.txid !== txid) return stay(state)
  return fail({ ...state, waiting: undefined }, channel, { txid, name: 'getCode' }, 'canceled')
}

function answer<C extends CommandName>(
  state: FirmwareState,
  channel: ChannelId,
  txid: number,
  name: C,
  body: ResponseOf<C>,
): Step {
  // TypeScript can't see that a name and its own body make a member of the union.
  const message = { type: 'response', txid, name, body } as Response
  return { state, effects: [{ type: 'send', channel, message }] }
}

function fail(
  state: FirmwareState,
  channel: ChannelId,
  request: { readonly txid: number; readonly name: CommandName },
  reason: FailureReason,
): Step {
  const { txid, name } = request
  return { state, effects: [{ type: 'send', channel, message: { type: 'failure', txid, name, body: { reason } } }] }
}
