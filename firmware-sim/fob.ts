/** The fob that everybody holds: press it, read its LCD, heat it, plug it in, pull it out. */

import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import type { ByteChannel, MessageLink } from '../protocol/framing/link.ts'
import { serialLink } from '../protocol/framing/serial-link.ts'
import type { KeyParameters } from '../protocol/oath/key-parameters.ts'
import { stepOf } from '../protocol/oath/totp.ts'
import { type AdjustableClock, type Clock, passTime } from '../protocol/time/clock.ts'
import { type Duration, secondUs, toUs } from '../protocol/time/duration.ts'
import type { Entropy } from '../protocol/time/entropy.ts'
import { awaitMessages } from './conversation.ts'
import { Firmware } from './firmware/loop.ts'
import type { Display } from './firmware/state.ts'
import type { FobModel } from './models/model.ts'
import { Battery } from './parts/battery.ts'
import { Button } from './parts/button.ts'
import { Flash, type PowerFailure } from './parts/flash.ts'
import { Lcd } from './parts/lcd.ts'
import { Rtc } from './parts/rtc.ts'
import type { Vault } from './parts/vault.ts'
import { PressError } from './press-error.ts'
import { type FobSnapshot, snapshotVersion } from './snapshot.ts'
import type { DevicePort, Port } from './transport/port.ts'

/** What a fob is built from. `createFob` fills it in; a snapshot and its key restore it. */
export interface FobParts {
  readonly clock: Clock | AdjustableClock
  readonly entropy: Entropy
  readonly model: FobModel
  readonly snapshot: FobSnapshot
  readonly vault: Vault
  /** Called when the flash has been written: a fob that is kept in a file saves itself here, and may throw. */
  readonly save?: (fob: Fob) => void
}

/** A published key: it keeps a seed out of logs by accident, and from nobody on purpose. */
export const publishedKey: KeyObject = createSecretKey(
  createHash('sha256').update('softfob published test key').digest(),
)

/** A person's finger needs this long before it can press again. */
const fingerUs = 100_000

export class Fob implements AsyncDisposable {
  readonly serialNumber: string
  readonly model: FobModel
  readonly key: KeyParameters
  readonly lcd: Lcd
  readonly button: Button
  readonly #clock: Clock | AdjustableClock
  readonly #entropy: Entropy
  readonly #snapshot: FobSnapshot
  readonly #rtc: Rtc
  readonly #battery: Battery
  readonly #flash: Flash
  readonly #vault: Vault
  readonly #firmware: Firmware
  readonly #ports = new Set<Port | DevicePort>()
  readonly #serialLinks = new Set<MessageLink>()
  /** Of the ports and links that are gone. */
  #dropped = 0
  readonly #waitingListeners = new Set<() => void>()
  readonly #save: () => void
  #touchedAtUs = Number.NEGATIVE_INFINITY
  #powerFailure: PowerFailure | undefined

  constructor({ clock, entropy, model, snapshot, vault, save = () => {} }: FobParts) {
    this.serialNumber = snapshot.serialNumber
    this.model = model
    this.key = snapshot.key
    this.#clock = clock
    this.#entropy = entropy
    this.#snapshot = snapshot
    this.#vault = vault
    this.#battery = new Battery(model.battery.capacityMah, snapshot.battery)
    this.#rtc = new Rtc(snapshot.crystal, snapshot.rtc, this.#battery.emptyAtUs())
    this.#rtc.runOn(clock.nowUs())
    this.#save = () => save(this)
    this.#flash = new Flash(Buffer.from(snapshot.flash, 'base64'), model.flash.pageSize, this.#save)
    this.lcd = new Lcd(() => this.#battery.contrast(clock.nowUs()))
    this.button = new Button(clock, entropy, () => this.#firmware.dispatch({ type: 'edge' }))
    const board = {
      clock,
      rtc: this.#rtc,
      button: this.button,
      lcd: this.lcd,
      flash: this.#flash,
      vault,
      battery: this.#battery,
      powerLost: (failure: PowerFailure) => {
        this.#powerFailure = failure
        this.unplug()
      },
    }
    this.#firmware = new Firmware(board, { model, serialNumber: snapshot.serialNumber, key: snapshot.key }, () => {
      for (const listener of this.#waitingListeners) listener()
    })
    this.lcd.onChange(() => this.#drawPower())
  }

  /**
   * Presses the button once and lets it go.
   * @returns what the LCD then shows: a code of `key.digits` digits
   * @throws PressError when it shows no code, with the reason
   */
  async press(): Promise<string> {
    const before = await this.#reachForButton()
    this.#letGo()
    return this.#read(before)
  }

  /** Holds the button down for as long, then lets it go: three seconds light every segment. */
  async hold(duration: Duration): Promise<void> {
    await this.#reachForButton()
    await passTime(this.#clock, toUs(duration))
    this.#letGo()
  }

  /** What the device's own clock reads, in microseconds since the epoch. */
  get deviceTimeUs(): number {
    return this.#rtc.toDeviceUs(this.#nowUs())
  }

  /** How far the device clock is ahead of the world, in microseconds; negative when it is slow. */
  get driftUs(): number {
    return this.deviceTimeUs - this.#clock.nowUs()
  }

  /** World time, in microseconds, at which the device clock reads `deviceUs`; Infinity if it stops before. */
  toWorldUs(deviceUs: number): number {
    return this.#rtc.toWorldUs(deviceUs)
  }

  /** True time, in microseconds, at which its clock enters the next time step; Infinity if it stops before. */
  get stepEndsUs(): number {
    const stepUs = this.key.timeStepSeconds * secondUs
    return this.toWorldUs((stepOf(this.deviceTimeUs, stepUs) + 1) * stepUs)
  }

  get celsius(): number {
    return this.#rtc.celsius
  }

  get batteryPercent(): number {
    return this.#battery.percent(this.#clock.nowUs())
  }

  get batteryVolts(): number {
    return this.#battery.volts(this.#clock.nowUs())
  }

  /** blank, personalised or erased. */
  get state(): Vault['state'] {
    return this.#vault.state
  }

  /** HOTP: the counter of the next code. */
  get counter(): number {
    return this.#firmware.state.counter
  }

  /** Lies at this temperature from now on. */
  heat(celsius: number): void {
    this.#rtc.heat(this.#nowUs(), celsius)
    this.#firmware.rearm()
  }

  /** True time, in microseconds, at which the fob's clock leaves the step of the code on the LCD; undefined without one, and for HOTP. */
  get codeEndsUs(): number | undefined {
    const { display } = this.#firmware.state
    return display.shows === 'code' && display.endsUs !== undefined ? this.toWorldUs(display.endsUs) : undefined
  }

  /** Puts a cell in: the firmware starts anew, and the clock goes on from where it stopped. */
  replaceBattery({ percent = 100 }: { readonly percent?: number } = {}): void {
    this.#battery.replace(this.#clock.nowUs(), percent)
    this.#firmware.reboot()
    this.#drawPower()
  }

  /** Breaks the case open: the seed is erased for good. @throws what saving the fob throws; it is erased here even so */
  tamper(): void {
    this.#vault.erase()
    this.#save()
  }

  /** Fault: power fails after so many bytes of the next write to flash. */
  tearNextWrite(afterBytes: number): void {
    this.#flash.tearAfter(afterBytes)
  }

  /** Called when a host begins to wait for a press: where a person would reach for the button. */
  onWaiting(listener: () => void): void {
    this.#waitingListeners.add(listener)
  }

  /** Plugs the fob in: whoever connects to the port talks to it. */
  plug(port: Port | DevicePort): void {
    this.#ports.add(port)
    if ('onConnect' in port) port.onConnect(channel => this.connect(channel))
    else {
      const plate = { serialNumber: this.serialNumber, product: this.model.name }
      port.attach(plate, link => awaitMessages(link, this.#firmware))
    }
  }

  /** One host's cable, without a port. */
  connect(channel: ByteChannel): void {
    const link = serialLink(channel)
    this.#serialLinks.add(link)
    link.onClose(() => {
      this.#serialLinks.delete(link)
      this.#dropped += link.dropped
    })
    awaitMessages(link, this.#firmware)
  }

  /** Where it is plugged in. */
  get ports(): ReadonlySet<Port | DevicePort> {
    return this.#ports
  }

  /** Frames and reports from hosts that arrived broken and were thrown away, since it was made or restored. */
  get dropped(): number {
    let dropped = this.#dropped
    for (const link of this.#serialLinks) dropped += link.dropped
    for (const port of this.#ports) dropped += droppedBy(port)
    return dropped
  }

  /** Pulls it out of one port, or out of all. */
  unplug(port?: Port | DevicePort): void {
    for (const plugged of port === undefined ? [...this.#ports] : [port]) {
      if (this.#ports.delete(plugged)) this.#dropped += droppedBy(plugged)
      plugged.close()
    }
  }

  /** The whole fob as a document; its seed is sealed under `key`, by default one that everybody knows. */
  snapshot(key: KeyObject = publishedKey): FobSnapshot {
    const nowUs = this.#nowUs()
    return {
      ...this.#snapshot,
      version: snapshotVersion,
      rtc: this.#rtc.anchorAt(nowUs),
      // Whoever restores it finds it dark.
      battery: this.#battery.drawn(nowUs, this.model.battery.idleUa),
      flash: Buffer.from(this.#flash.image()).toString('base64'),
      vault: this.#vault.seal(key, this.serialNumber, this.#entropy),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unplug()
    this.#firmware.stop()
  }

  /** World time; where it was set back, the fob's clock runs on all the same. */
  #nowUs(): number {
    const nowUs = this.#clock.nowUs()
    if (this.#rtc.runOn(nowUs)) this.#firmware.rearm()
    return nowUs
  }

  /** Presses, when the finger can. @returns what was displayed before */
  async #reachForButton(): Promise<Display> {
    // A machine's clock may be set back meanwhile: the pause grows no longer for that.
    const pauseUs = () => Math.min(fingerUs, this.#touchedAtUs + fingerUs - this.#clock.nowUs())
    // Once more when somebody else has pressed meanwhile.
    do await passTime(this.#clock, pauseUs())
    while (pauseUs() > 0)
    this.#touchedAtUs = this.#clock.nowUs()
    this.#powerFailure = undefined
    const { display } = this.#firmware.state
    this.button.down()
    return display
  }

  #letGo(): void {
    this.#touchedAtUs = this.#clock.nowUs()
    this.button.up()
  }

  #read(before: Display): string {
    if (this.#powerFailure !== undefined) throw new PressError('power-lost', this.#powerFailure)
    const { display } = this.#firmware.state
    // An old code on the glass is no answer to this press.
    if (display === before) throw new PressError('ignored')
    if (display.shows === 'code' && this.lcd.text === display.code) return display.code
    if (this.#firmware.storageError !== undefined) throw new PressError('storage-failed', this.#firmware.storageError)
    if (this.state !== 'personalised') throw new PressError(this.state === 'blank' ? 'blank' : 'erased')
    throw new PressError('too-pale')
  }

  /** A lit display draws more, and the clock stops when the cell is empty. */
  #drawPower(): void {
    const atUs = this.#firmware.actingAtUs
    const { idleUa, litUa } = this.model.battery
    this.#battery.draw(atUs, this.lcd.lit ? litUa : idleUa)
    this.#rtc.supplyEndsAt(atUs, this.#battery.emptyAtUs())
    this.#firmware.rearm()
  }
}

/** A byte port has links whose frames are counted; one for HID counts for itself. */
function droppedBy(port: Port | DevicePort): number {
  return 'attach' in port ? port.dropped : 0
}
