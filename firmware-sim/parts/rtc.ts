/**
 * The real-time clock: device time as a function of world time, computed and never ticked,
 * so that an idle fob costs nothing and a fob at rest is a file.
 */

import { mulDivFloor } from '../../protocol/time/mul-div.ts'
import { ageingUs, type Crystal, checkedCelsius, ratePpb } from './crystal.ts'

/** At `worldUs` the device clock read `deviceUs`; since then it has run at `celsius`. */
export interface RtcAnchor {
  readonly worldUs: number
  readonly deviceUs: number
  readonly celsius: number
}

export class Rtc {
  readonly #crystal: Crystal
  #anchor: RtcAnchor
  #stopsAtUs: number
  /** The last world time that it was told. */
  #seenUs: number

  /** @param stopsAtUs world time at which the supply fails; Infinity while it lasts. */
  constructor(crystal: Crystal, anchor: RtcAnchor, stopsAtUs = Number.POSITIVE_INFINITY) {
    this.#crystal = crystal
    this.#anchor = anchor
    this.#stopsAtUs = stopsAtUs
    this.#seenUs = anchor.worldUs
  }

  get celsius(): number {
    return this.#anchor.celsius
  }

  /** What the device clock reads, in whole microseconds. It never runs backwards. */
  toDeviceUs(worldUs: number): number {
    const { worldUs: anchorUs, deviceUs, celsius } = this.#anchor
    const untilUs = Math.max(anchorUs, Math.min(worldUs, this.#stopsAtUs))
    const elapsedUs = untilUs - anchorUs
    if (elapsedUs === 0) return deviceUs
    // Cut, heat and ageing as one mean rate, so that only one rounding stands between two readings.
    const ageing = ageingUs(this.#crystal, anchorUs, untilUs) / elapsedUs
    const meanRate = ratePpb(this.#crystal, celsius) * 1e6 + Math.round(ageing * 1e15)
    return deviceUs + elapsedUs + mulDivFloor(elapsedUs, meanRate, 1e15)
  }

  /** The least world time from the anchor on at which the device clock reads `deviceUs` or more; Infinity if it stops before. */
  toWorldUs(deviceUs: number): number {
    const { worldUs: firstUs, deviceUs: firstReading } = this.#anchor
    if (deviceUs <= firstReading) return firstUs
    const lastUs = Math.max(firstUs, this.#stopsAtUs)
    if (Number.isFinite(lastUs) && this.toDeviceUs(lastUs) < deviceUs) return Number.POSITIVE_INFINITY
    let worldUs = Math.min(lastUs, firstUs + deviceUs - firstReading)
    // The clock runs within a few per cent of the world's, so each correction is a small part of the one before.
    for (let off = deviceUs - this.toDeviceUs(worldUs); Math.abs(off) > 1; off = deviceUs - this.toDeviceUs(worldUs)) {
      worldUs = Math.min(lastUs, worldUs + off)
    }
    while (this.toDeviceUs(worldUs) < deviceUs) worldUs++
    while (this.toDeviceUs(worldUs - 1) >= deviceUs) worldUs--
    return worldUs
  }

  /** The clock as it stands at this instant: it runs on from there as it would have from the old anchor. */
  anchorAt(worldUs: number): RtcAnchor {
    return { ...this.#anchor, worldUs, deviceUs: this.toDeviceUs(worldUs) }
  }

  /**
   * The machine's clock was set back if it reads less than this one has seen: a crystal knows nothing of that and runs on.
   * @returns whether it was
   */
  runOn(worldUs: number): boolean {
    const wasSetBack = worldUs < this.#seenUs
    if (wasSetBack) this.#anchor = { ...this.anchorAt(this.#seenUs), worldUs }
    this.#seenUs = worldUs
    return wasSetBack
  }

  /** From now on it lies at this temperature. @throws RangeError for one that no fob survives */
  heat(worldUs: number, celsius: number): void {
    this.#anchor = { ...this.anchorAt(worldUs), celsius: checkedCelsius(celsius) }
  }

  /** Foresees the moment at which the supply fails; a moment that has passed already stops the clock where it stood then. */
  supplyEndsAt(worldUs: number, stopsAtUs: number): void {
    // What stood still until now has a gap in it, which a new anchor leaves behind. A clock that runs keeps its anchor, for
    // each new one costs a fraction of a microsecond, and an alarm that was set by the old one would ring before its time.
    if (worldUs > Math.min(this.#stopsAtUs, stopsAtUs)) this.#anchor = this.anchorAt(worldUs)
    this.#stopsAtUs = stopsAtUs
  }
}
