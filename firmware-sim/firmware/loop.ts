/** The loop that drives the firmware: events queue up, each is turned into effects, and the effects act on the board. */

import type { FromFob } from '../../protocol/messages/codec.ts'
import type { Alarm, Clock } from '../../protocol/time/clock.ts'
import type { Battery } from '../parts/battery.ts'
import type { Button } from '../parts/button.ts'
import { type Flash, PowerFailure } from '../parts/flash.ts'
import { darkFrame, type Lcd } from '../parts/lcd.ts'
import type { Rtc } from '../parts/rtc.ts'
import type { Vault } from '../parts/vault.ts'
import { appendToJournal, readJournal } from './journal.ts'
import type { AlarmName, Announcement, ChannelId, Effect, FirmwareEvent, FirmwareState, Inputs } from './state.ts'
import { boot, transition } from './transition.ts'

/** All that the firmware needs of the world. */
export interface Board {
  readonly clock: Clock
  readonly rtc: Rtc
  readonly button: Button
  readonly lcd: Lcd
  readonly flash: Flash
  readonly vault: Vault
  readonly battery: Battery
  /** The supply has failed in the middle of a write, and the fob has booted anew. */
  powerLost(failure: PowerFailure): void
}

/** A host's end of a channel, as the firmware sees it. */
export interface Channel {
  send(message: FromFob): void
  announce(event: Announcement): void
}

interface ArmedAlarm {
  readonly atUs: number
  readonly alarm: Alarm | undefined
}

export class Firmware {
  readonly #board: Board
  readonly #queue: FirmwareEvent[] = []
  readonly #alarms = new Map<AlarmName, ArmedAlarm>()
  readonly #channels = new Map<ChannelId, Channel>()
  readonly #onWaiting: () => void
  #nextChannel = 1
  #running = false
  #actingAtUs: number | undefined
  #state: FirmwareState
  #storageError: unknown

  /** @param onWaiting called when a host begins to wait for a press */
  constructor(board: Board, product: Pick<FirmwareState, 'model' | 'serialNumber' | 'key'>, onWaiting: () => void) {
    this.#board = board
    this.#onWaiting = onWaiting
    this.#state = boot({ ...product, counter: readJournal(board.flash)?.counter ?? product.key.counter })
  }

  get state(): FirmwareState {
    return this.#state
  }

  /** Why the last counter could not be written, while the fault stands. */
  get storageError(): unknown {
    return this.#state.fault === 'storage' ? this.#storageError : undefined
  }

  dispatch(event: FirmwareEvent): void {
    this.#queue.push(event)
    if (this.#running) return
    this.#running = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next)
    } catch (error) {
      this.#queue.length = 0
      if (!(error instanceof PowerFailure)) throw error
      this.reboot()
      this.#board.powerLost(error)
    } finally {
      this.#running = false
      this.#actingAtUs = undefined
    }
  }

  openChannel(channel: Channel): ChannelId {
    const id = this.#nextChannel++
    this.#channels.set(id, channel)
    return id
  }

  closeChannel(id: ChannelId): void {
    if (this.#channels.delete(id)) this.dispatch({ type: 'channel-closed', channel: id })
  }

  /** The crystal's rate or its supply has changed: every alarm now falls on another instant of world time. */
  rearm(): void {
    for (const [name, { atUs }] of [...this.#alarms]) this.#setAlarm(name, atUs)
  }

  /** Disarms everything; the fob sleeps until it is held again. */
  stop(): void {
    for (const name of [...this.#alarms.keys()]) this.#clearAlarm(name)
  }

  /** World time of what is being dealt with: for an alarm that rings late, after a jump, the time that it was set for. */
  get actingAtUs(): number {
    return this.#actingAtUs ?? this.#board.clock.nowUs()
  }

  #take(event: FirmwareEvent): void {
    const { clock, rtc } = this.#board
    if (rtc.runOn(clock.nowUs())) this.rearm()
    const dueUs = event.type === 'alarm' ? rtc.toWorldUs(event.atUs) : Number.POSITIVE_INFINITY
    this.#actingAtUs = Math.min(dueUs, clock.nowUs())
    const before = this.#state
    const { state, effects } = transition(before, event, this.#inputs())
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    if (state.waiting !== undefined && before.waiting === undefined) this.#onWaiting()
  }

  #inputs(): Inputs {
    const { clock, rtc, button, vault, battery } = this.#board
    const worldUs = clock.nowUs()
    return {
      deviceUs: rtc.toDeviceUs(worldUs),
      contactClosed: button.closed,
      vault: vault.state,
      batteryPercent: battery.percent(worldUs),
      batteryLow: battery.isLow(worldUs),
      batteryFlat: battery.chargeUah(worldUs) === 0,
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'set-alarm':
        this.#setAlarm(effect.name, effect.atUs)
        break
      case 'clear-alarm':
        this.#clearAlarm(effect.name)
        break
      case 'show':
        this.#board.lcd.show(effect.frame)
        break
      case 'persist':
        this.#persist(effect)
        break
      case 'hmac':
        this.#queue.push({ type: 'digest', digest: this.#board.vault.hmac(effect.counter, this.#state.key.hash) })
        break
      case 'send':
        this.#channels.get(effect.channel)?.send(effect.message)
        break
      case 'announce':
        for (const channel of this.#channels.values()) channel.announce(effect.event)
    }
  }

  #persist({ record }: Effect & { type: 'persist' }): void {
    try {
      appendToJournal(this.#board.flash, record)
      this.#queue.push({ type: 'persisted', ok: true })
    } catch (error) {
      if (error instanceof PowerFailure) throw error
      this.#storageError = error
      this.#queue.push({ type: 'persisted', ok: false })
    }
  }

  #setAlarm(name: AlarmName, atUs: number): void {
    this.#clearAlarm(name)
    const { clock, rtc } = this.#board
    const worldUs = rtc.toWorldUs(atUs)
    const ring = () => {
      this.#alarms.delete(name)
      this.dispatch({ type: 'alarm', name, atUs })
    }
    // A clock that stops before then never gets there.
    const alarm = Number.isFinite(worldUs) ? clock.setAlarm(worldUs, ring) : undefined
    this.#alarms.set(name, { atUs, alarm })
  }

  #clearAlarm(name: AlarmName): void {
    this.#alarms.get(name)?.alarm?.clear()
    this.#alarms.delete(name)
  }

  /** What was in memory is lost; what the journal holds is not. */
  reboot(): void {
    this.#queue.length = 0
    this.stop()
    const { counter, ...product } = this.#state
    this.#state = boot({ ...product, counter: readJournal(this.#board.flash)?.counter ?? counter })
    this.#board.lcd.show(darkFrame)
  }
}
