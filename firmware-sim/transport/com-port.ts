/**
 * The settings and signals of a serial port that is none, as RFC 2217 §2 to §4 asks for them. Nothing depends on them: the
 * line is as fast as the machine and takes eight bits. A host is told that it got what it asked for, if there is such a thing.
 */

/** What a host sends; a port answers with the same number and 100 more. */
const signature = 0
const setControl = 5
const notifyModemState = 7
const purgeData = 12
const toHost = 100

/** Carrier, data set ready, clear to send, and no change: a fob that is plugged in is always there. */
const modemState = 0x80 | 0x20 | 0x10

/** Baud rate, data size, parity, stop size, and the masks of line and modem state. To ask, a host sends 0, out of range. */
const settings: Readonly<Record<number, { bytes: number; min: number; max: number; initial: number }>> = {
  1: { bytes: 4, min: 1, max: 0xffff_ffff, initial: 115_200 },
  2: { bytes: 1, min: 5, max: 8, initial: 8 },
  3: { bytes: 1, min: 1, max: 5, initial: 1 },
  4: { bytes: 1, min: 1, max: 3, initial: 1 },
  10: { bytes: 1, min: 0, max: 255, initial: 0 },
  11: { bytes: 1, min: 0, max: 255, initial: 255 },
}

/** The values of SET-CONTROL: one that asks, those that set, and the one at the start. */
const controls = {
  flowControl: { asks: 0, sets: [1, 2, 3, 17, 19], initial: 1 },
  break: { asks: 4, sets: [5, 6], initial: 6 },
  dtr: { asks: 7, sets: [8, 9], initial: 8 },
  rts: { asks: 10, sets: [11, 12], initial: 11 },
  inboundFlowControl: { asks: 13, sets: [14, 15, 16, 18], initial: 14 },
}

export class ComPort {
  readonly #settings = new Map<number, number>()
  readonly #controls = new Map<object, number>()

  /** What the port says of its signals, unasked. */
  readonly notice: readonly number[] = [notifyModemState + toHost, modemState]

  /** @returns the answer to one command, which is a number and its value; undefined when there is none to give */
  answer(command: number, value: readonly number[]): readonly number[] | undefined {
    const setting = settings[command]
    if (setting !== undefined && value.length === setting.bytes) {
      const asked = value.reduce((number, byte) => number * 256 + byte, 0)
      if (asked >= setting.min && asked <= setting.max) this.#settings.set(command, asked)
      const current = this.#settings.get(command) ?? setting.initial
      return [command + toHost, ...bigEndian(current, setting.bytes)]
    }
    if (command === setControl) return this.#setControl(value)
    if (command === notifyModemState) return this.notice
    if (command === signature && value.length === 0) return [signature + toHost, ...Buffer.from('SoftFob')]
    if (command === purgeData && value.length === 1) return [purgeData + toHost, ...value]
    return undefined
  }

  #setControl([asked = -1]: readonly number[]): readonly number[] | undefined {
    const control = Object.values(controls).find(({ asks, sets }) => asks === asked || sets.includes(asked))
    if (control === undefined) return undefined
    if (asked !== control.asks) this.#controls.set(control, asked)
    return [setControl + toHost, this.#controls.get(control) ?? control.initial]
  }
}

function bigEndian(number: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(number, 0, length)
  return bytes
}
