/** A seven-segment LCD: up to eight digits, a bar of six blocks, a battery annunciator. It keeps no time of its own. */

/** The bar's blocks: sixths of the time step. */
export const barBlocks = 6

/** Below this contrast an eye reads nothing. */
export const leastContrast = 0.05

/** Segments a to g as bits 0 to 6, a on top, clockwise, g in the middle. */
const glyphs: Record<string, number> = {
  ' ': 0x00,
  '-': 0x40,
  '0': 0x3f,
  '1': 0x06,
  '2': 0x5b,
  '3': 0x4f,
  '4': 0x66,
  '5': 0x6d,
  '6': 0x7d,
  '7': 0x07,
  '8': 0x7f,
  '9': 0x6f,
  E: 0x79,
  r: 0x50,
}
const charactersBySegments = new Map(Object.entries(glyphs).map(([character, segments]) => [segments, character]))

/** What is written on the glass; an empty text is a dark one. */
export interface LcdFrame {
  /** Digits, spaces, `-`, `E`, `r`: what seven segments can show. */
  readonly text: string
  /** Blocks of the bar that are lit, 0 to 6: what remains of the time step. */
  readonly bar: number
  readonly lowBattery: boolean
}

export const darkFrame: LcdFrame = { text: '', bar: 0, lowBattery: false }

export class Lcd {
  readonly #listeners = new Set<() => void>()
  readonly #contrast: () => number
  #segments: readonly number[] = []
  #frame: LcdFrame = darkFrame

  /** @param contrast what the supply gives at this instant, 0 to 1. */
  constructor(contrast: () => number) {
    this.#contrast = contrast
  }

  /** The lit segments of each digit from the left: bits 0 to 6 are a to g. */
  get segments(): readonly number[] {
    return this.#segments
  }

  /** What an eye reads: the digits, or nothing when the display is dark or too pale. */
  get text(): string {
    if (this.contrast < leastContrast) return ''
    return this.#segments.map(segments => charactersBySegments.get(segments) ?? '?').join('')
  }

  get lit(): boolean {
    return this.#segments.length > 0
  }

  /** Lit blocks of the bar, 0 to 6. */
  get bar(): number {
    return this.#frame.bar
  }

  get lowBattery(): boolean {
    return this.#frame.lowBattery
  }

  /** 0 (nothing to be seen) to 1. */
  get contrast(): number {
    return this.#contrast()
  }

  /** Writes a frame. Listeners are called when it is on the glass. */
  show(frame: LcdFrame): void {
    this.#segments = [...frame.text].map(character => glyphs[character] ?? 0)
    this.#frame = frame
    for (const listener of this.#listeners) listener()
  }

  /** @returns a function that takes the listener away again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
