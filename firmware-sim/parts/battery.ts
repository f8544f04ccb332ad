/** A coin cell (CR2032: 3 V, 220 mAh): it drains in closed form, sags near its end, and then the clock stops. */

export interface BatteryState {
  /** Charge left at `worldUs`, in microampere-hours, and what is drawn since, in microamperes. */
  readonly worldUs: number
  readonly chargeUah: number
  readonly drawUa: number
}

export interface BatteryOptions {
  /** How full it is, 0 to 100. */
  readonly percent?: number
}

/** Open-circuit voltage by the share of charge left: flat for most of its life, then a knee. */
const dischargeCurve = [
  { share: 0, volts: 2.0 },
  { share: 0.05, volts: 2.4 },
  { share: 0.1, volts: 2.6 },
  { share: 0.2, volts: 2.8 },
  { share: 0.5, volts: 2.9 },
  { share: 1, volts: 3.0 },
] as const

const hourUs = 3_600_000_000
/** Below this the annunciator is shown and the LCD begins to fade. */
const lowVolts = 2.6
const stopVolts = 2.0

export class Battery {
  readonly #capacityMah: number
  #state: BatteryState

  constructor(capacityMah: number, state: BatteryState) {
    this.#capacityMah = capacityMah
    this.#state = state
  }

  chargeUah(worldUs: number): number {
    const { worldUs: sinceUs, chargeUah, drawUa } = this.#state
    return Math.max(0, chargeUah - (drawUa * Math.max(0, worldUs - sinceUs)) / hourUs)
  }

  percent(worldUs: number): number {
    return Math.round(100 * this.#share(worldUs))
  }

  volts(worldUs: number): number {
    const share = this.#share(worldUs)
    const above = dischargeCurve.findIndex(point => point.share >= share)
    const [from, to] = [dischargeCurve[above - 1], dischargeCurve[above]]
    if (from === undefined || to === undefined) return share <= 0 ? stopVolts : 3
    return from.volts + ((share - from.share) / (to.share - from.share)) * (to.volts - from.volts)
  }

  isLow(worldUs: number): boolean {
    return this.volts(worldUs) < lowVolts
  }

  /** How dark the LCD's segments are, 0 (invisible) to 1. */
  contrast(worldUs: number): number {
    const volts = this.volts(worldUs)
    return Math.min(1, Math.max(0, (volts - stopVolts) / (lowVolts - stopVolts)))
  }

  /** World time at which it will be flat if nothing changes; in the past if it is flat already. */
  emptyAtUs(): number {
    const { worldUs, chargeUah, drawUa } = this.#state
    return drawUa > 0 ? worldUs + Math.floor((chargeUah / drawUa) * hourUs) : Number.POSITIVE_INFINITY
  }

  /** Its state if `drawUa` microamperes are drawn from now on. */
  drawn(worldUs: number, drawUa: number): BatteryState {
    return { worldUs: Math.max(worldUs, this.#state.worldUs), chargeUah: this.chargeUah(worldUs), drawUa }
  }

  /** From now on `drawUa` microamperes are drawn. */
  draw(worldUs: number, drawUa: number): void {
    this.#state = this.drawn(worldUs, drawUa)
  }

  /** A cell with `percent` of its charge is put in. @throws RangeError outside 0 to 100 */
  replace(worldUs: number, percent: number): void {
    this.#state = { ...this.#state, worldUs, chargeUah: chargeOf(this.#capacityMah, percent) }
  }

  #share(worldUs: number): number {
    return this.chargeUah(worldUs) / (this.#capacityMah * 1000)
  }
}

/** Microampere-hours in a cell that is so full. @throws RangeError outside 0 to 100 per cent */
export function chargeOf(capacityMah: number, percent: number): number {
  if (!(percent >= 0 && percent <= 100))
    throw new RangeError(`battery.percent must lie between 0 and 100, not ${percent}`)
  return capacityMah * 10 * percent
}
