/** What the firmware knows, hears and does: its state, its events and its effects. */

import type { FromFob, FromHost } from '../../protocol/messages/codec.ts'
import type { EventName, EventOf } from '../../protocol/messages/table.ts'
import type { KeyParameters } from '../../protocol/oath/key-parameters.ts'
import type { FobModel } from '../models/model.ts'
import type { LcdFrame } from '../parts/lcd.ts'
import type { VaultState } from '../parts/vault.ts'
import type { JournalRecord } from './journal.ts'

export type AlarmName = 'debounce' | 'hold' | 'bar' | 'dark'

/** A host's open channel to this fob, by number. */
export type ChannelId = number

export interface FirmwareState {
  readonly model: FobModel
  readonly serialNumber: string
  readonly key: KeyParameters
  /** HOTP: the counter of the next code, as it stands in flash. */
  readonly counter: number
  readonly button: { readonly pressed: boolean; readonly settledAtUs: number }
  readonly display: Display
  /** A code on its way: its counter is being written, or its HMAC computed. */
  readonly computing: number | undefined
  /** The host that waits for a press. */
  readonly waiting: { readonly channel: ChannelId; readonly txid: number } | undefined
  readonly fault: 'storage' | undefined
}

export type Display =
  | { readonly shows: 'nothing' }
  | { readonly shows: 'test' }
  | { readonly shows: 'message'; readonly text: string }
  /** `endsUs`: when the code's step ends, in device time; undefined for HOTP. */
  | { readonly shows: 'code'; readonly code: string; readonly endsUs: number | undefined }

/** What the firmware reads off its board at each event. */
export interface Inputs {
  readonly deviceUs: number
  readonly contactClosed: boolean
  readonly vault: VaultState
  readonly batteryPercent: number
  readonly batteryLow: boolean
  readonly batteryFlat: boolean
}

export type FirmwareEvent =
  | { readonly type: 'edge' }
  /** `atUs`: the device time that it was set for; a jump of the clock lets it ring late. */
  | { readonly type: 'alarm'; readonly name: AlarmName; readonly atUs: number }
  | { readonly type: 'message'; readonly channel: ChannelId; readonly message: FromHost }
  | { readonly type: 'channel-closed'; readonly channel: ChannelId }
  | { readonly type: 'persisted'; readonly ok: boolean }
  | { readonly type: 'digest'; readonly digest: Buffer }

export type Effect =
  | { readonly type: 'set-alarm'; readonly name: AlarmName; readonly atUs: number }
  | { readonly type: 'clear-alarm'; readonly name: AlarmName }
  | { readonly type: 'show'; readonly frame: LcdFrame }
  | { readonly type: 'persist'; readonly record: JournalRecord }
  | { readonly type: 'hmac'; readonly counter: number }
  | { readonly type: 'send'; readonly channel: ChannelId; readonly message: FromFob }
  | { readonly type: 'announce'; readonly event: Announcement }

/** News for every host that has greeted the fob. */
export type Announcement = { readonly [E in EventName]: { readonly name: E; readonly body: EventOf<E> } }[EventName]

/** A transition's outcome. */
export interface Step {
  readonly state: FirmwareState
  readonly effects: readonly Effect[]
}

export function stay(state: FirmwareState): Step {
  return { state, effects: [] }
}

/** One step after another: the second sees the state that the first left. */
export function andThen(first: Step, next: (state: FirmwareState) => Step): Step {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}
