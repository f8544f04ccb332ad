/** The pure firmware on a bench: it does what a test moves it to, and all its effects are written down. */

import type {
  AlarmName,
  ChannelId,
  Effect,
  FirmwareEvent,
  FirmwareState,
  Inputs,
} from '../../../firmware-sim/firmware/state.ts'
import { boot, transition } from '../../../firmware-sim/firmware/transition.ts'
import type { FromFob, FromHost } from '../../../protocol/messages/codec.ts'
import { counterHmac, secretKey, truncate } from '../../../protocol/oath/hotp.ts'

export type Move =
  /** The finger comes and goes, half a second in all. */
  | { readonly move: 'press'; readonly persists: boolean }
  | { readonly move: 'edge'; readonly closed: boolean }
  | { readonly move: 'ask' | 'cancel' | 'greet' | 'read'; readonly channel: ChannelId; readonly txid: number }
  | { readonly move: 'hang-up'; readonly channel: ChannelId }
  | { readonly move: 'wait'; readonly us: number }
  | { readonly move: 'cell'; readonly flat: boolean }
  | { readonly move: 'power-cut' }
  /** A good cell, and no finger on the button. */
  | { readonly move: 'settle' }

export interface Ask {
  readonly channel: ChannelId
  readonly txid: number
  readonly whileWaiting: boolean
  readonly answers: FromFob[]
  /** Its host has hung up, greeted anew, or seen the fob lose power: no answer is due. */
  forgotten: boolean
}

type Entry =
  | { readonly did: 'persist'; readonly counter: number; readonly ok: boolean }
  | { readonly did: 'hmac'; readonly counter: number; readonly code: string }
  | { readonly did: 'show'; readonly text: string }
  | { readonly did: 'send'; readonly channel: ChannelId; readonly message: FromFob }

const key = secretKey(Buffer.from('12345678901234567890'))
const startUs = 1_700_000_000_000_000

export class FirmwareBench {
  readonly log: Entry[] = []
  readonly asks: Ask[] = []
  /** Answers to no request that still stood. */
  readonly unasked: FromFob[] = []
  presses = 0
  state: FirmwareState
  readonly #alarms = new Map<AlarmName, number>()
  #deviceUs = startUs
  #closed = false
  #flat = false
  #persists = true
  #journal: number

  constructor(state: FirmwareState) {
    this.state = state
    this.#journal = state.counter
  }

  /** The counters of all HMACs that were asked for, in order. */
  get computed(): number[] {
    return this.log.flatMap(entry => (entry.did === 'hmac' ? [entry.counter] : []))
  }

  get armed(): AlarmName[] {
    return [...this.#alarms.keys()]
  }

  do(move: Move): void {
    switch (move.move) {
      case 'press':
        this.#persists = move.persists
        this.#press()
        break
      case 'edge':
        this.#edge(move.closed)
        break
      case 'wait':
        this.#wait(move.us)
        break
      case 'cell':
        this.#flat = move.flat
        break
      case 'power-cut':
        this.#cutPower()
        break
      case 'settle':
        this.#flat = false
        this.#edge(false)
        this.#wait(100_000)
        break
      case 'hang-up':
        this.#forget(move.channel)
        this.#take({ type: 'channel-closed', channel: move.channel })
        break
      default:
        this.#hear(move.move, move.channel, move.txid)
    }
  }

  #press(): void {
    this.#wait(100_000)
    this.#edge(true)
    this.#wait(300_000)
    this.#edge(false)
    this.#wait(100_000)
  }

  #hear(what: 'ask' | 'cancel' | 'greet' | 'read', channel: ChannelId, txid: number): void {
    if (what === 'greet') this.#forget(channel)
    // Asked again under the number that it waits under, it has asked once.
    if (what === 'ask' && this.#standing(channel, txid) === undefined) {
      this.asks.push({ channel, txid, whileWaiting: this.state.waiting !== undefined, answers: [], forgotten: false })
    }
    this.#take({ type: 'message', channel, message: messageOf(what, txid) })
  }

  #edge(closed: boolean): void {
    if (closed === this.#closed) return
    this.#closed = closed
    if (closed) this.presses++
    this.#take({ type: 'edge' })
  }

  /** Lets time pass, alarm by alarm. */
  #wait(us: number): void {
    const untilUs = this.#deviceUs + us
    for (let next = this.#nextAlarm(untilUs); next !== undefined; next = this.#nextAlarm(untilUs)) {
      const [name, atUs] = next
      this.#alarms.delete(name)
      this.#deviceUs = Math.max(this.#deviceUs, atUs)
      this.#take({ type: 'alarm', name, atUs })
    }
    this.#deviceUs = untilUs
  }

  #nextAlarm(untilUs: number): [AlarmName, number] | undefined {
    const due = [...this.#alarms].filter(([, atUs]) => atUs <= untilUs)
    return due.sort(([, a], [, b]) => a - b)[0]
  }

  /** What was in memory is lost; hosts see their line break. */
  #cutPower(): void {
    const { model, serialNumber, key } = this.state
    this.state = boot({ model, serialNumber, key, counter: this.#journal })
    this.#alarms.clear()
    for (const channel of [1, 2]) this.#forget(channel)
  }

  #forget(channel: ChannelId): void {
    for (const ask of this.asks) if (ask.channel === channel && !isAnswered(ask)) ask.forgotten = true
  }

  #standing(channel: ChannelId, txid: number): Ask | undefined {
    return this.asks.find(ask => ask.channel === channel && ask.txid === txid && !ask.forgotten && !isAnswered(ask))
  }

  #take(event: FirmwareEvent): void {
    const { state, effects } = transition(this.state, event, this.#inputs())
    this.state = state
    const events = effects.flatMap(effect => this.#perform(effect))
    for (const next of events) this.#take(next)
  }

  #inputs(): Inputs {
    return {
      deviceUs: this.#deviceUs,
      contactClosed: this.#closed,
      vault: 'personalised',
      batteryPercent: this.#flat ? 0 : 100,
      batteryLow: this.#flat,
      batteryFlat: this.#flat,
    }
  }

  #perform(effect: Effect): FirmwareEvent[] {
    switch (effect.type) {
      case 'set-alarm':
        this.#alarms.set(effect.name, effect.atUs)
        return []
      case 'clear-alarm':
        this.#alarms.delete(effect.name)
        return []
      case 'show':
        this.log.push({ did: 'show', text: effect.frame.text })
        return []
      case 'persist': {
        const { counter } = effect.record
        if (this.#persists) this.#journal = counter
        this.log.push({ did: 'persist', counter, ok: this.#persists })
        return [{ type: 'persisted', ok: this.#persists }]
      }
      case 'hmac': {
        const digest = counterHmac(key, effect.counter, 'SHA-1')
        this.log.push({ did: 'hmac', counter: effect.counter, code: truncate(digest, 6) })
        return [{ type: 'digest', digest }]
      }
      case 'send':
        this.#note(effect.channel, effect.message)
        return []
      case 'announce':
        return []
    }
  }

  #note(channel: ChannelId, message: FromFob): void {
    this.log.push({ did: 'send', channel, message })
    if (message.name !== 'getCode') return
    const ask = this.#standing(channel, message.txid)
    if (ask === undefined) this.unasked.push(message)
    else ask.answers.push(message)
  }
}

function isAnswered({ answers }: Ask): boolean {
  return answers.some(({ type }) => type !== 'progress')
}

function messageOf(what: 'ask' | 'cancel' | 'greet' | 'read', txid: number): FromHost {
  switch (what) {
    case 'ask':
      return { type: 'request', txid, name: 'getCode', body: {} }
    case 'cancel':
      return { type: 'cancel', txid, name: 'getCode', body: {} }
    case 'greet':
      return { type: 'request', txid, name: 'hello', body: { version: 1 } }
    case 'read':
      return { type: 'request', txid, name: 'readStatus', body: {} }
  }
}
