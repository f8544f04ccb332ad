/** A terminal without a window: it obeys what is written to it (ECMA-48, and xterm's private modes) and types keys. */

import { PassThrough, Writable } from 'node:stream'

class Keyboard extends PassThrough {
  readonly isTTY = true
  isRaw = false

  setRawMode(raw: boolean): this {
    this.isRaw = raw
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

interface Screen {
  cells: string[][]
  row: number
  column: number
}

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  /** Bits; 1 when it has no colour. */
  readonly colourDepth?: number
}

/** The byte that begins a control sequence. */
export const esc = '\x1b'
const sequence = new RegExp(`${esc}\\[([?>=]?)([\\d;]*)([A-Za-z])|[\\s\\S]`, 'gu')

export class FakeTerminal extends Writable {
  readonly isTTY = true
  readonly keyboard = new Keyboard()
  columns: number
  rows: number
  isCursorShown = true
  /** All that has been written to it. */
  written = ''
  readonly #colourDepth: number
  readonly #main: Screen = { cells: [], row: 0, column: 0 }
  #alternate: Screen | undefined
  readonly #watchers = new Set<() => void>()

  constructor({ columns, rows, colourDepth = 1 }: TerminalOptions) {
    super({ decodeStrings: false })
    this.columns = columns
    this.rows = rows
    this.#colourDepth = colourDepth
  }

  getColorDepth(): number {
    return this.#colourDepth
  }

  get isAlternate(): boolean {
    return this.#alternate !== undefined
  }

  /** The rows of the screen that is shown, without the blanks at their ends. */
  get lines(): string[] {
    const { cells } = this.#screen
    return Array.from({ length: this.rows }, (_, row) => (cells[row] ?? []).join('').trimEnd())
  }

  get text(): string {
    return this.lines.join('\n')
  }

  /** Where the next character goes. */
  get cursor(): { row: number; column: number } {
    const { row, column } = this.#screen
    return { row, column }
  }

  type(keys: string): void {
    this.keyboard.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    const screen = this.#screen
    screen.cells = screen.cells.map(line => line.slice(0, columns))
    // Lines leave at the top, so that the cursor's stays.
    for (; screen.row >= rows; screen.row--) screen.cells.shift()
    this.emit('resize')
  }

  /** Waits until the screen holds it. */
  async shows(wanted: string | RegExp): Promise<void> {
    await this.until(() => (typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text)))
  }

  /** Waits until it is so after something was written. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>(resolve => {
        this.#watchers.add(resolve)
      })
    }
  }

  override _write(chunk: string, _encoding: string, written: () => void): void {
    this.written += chunk
    for (const [text, kind, numbers, command] of chunk.matchAll(sequence)) {
      if (command === undefined) this.#put(text)
      else if (kind === '?') this.#setMode(numbers ?? '', command === 'h')
      else this.#obey(command, (numbers ?? '').split(';').map(Number))
    }
    written()
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }

  get #screen(): Screen {
    return this.#alternate ?? this.#main
  }

  #put(character: string): void {
    const screen = this.#screen
    if (character === '\r') screen.column = 0
    else if (character === '\n') this.#lineFeed()
    else {
      if (screen.column === this.columns) this.#lineFeed()
      const line = screen.cells[screen.row] ?? []
      screen.cells[screen.row] = line
      while (line.length < screen.column) line.push(' ')
      line[screen.column++] = character
    }
  }

  /** The driver of a terminal turns each line feed into a new line. */
  #lineFeed(): void {
    const screen = this.#screen
    screen.column = 0
    if (screen.row < this.rows - 1) screen.row++
    else screen.cells.shift()
  }

  #setMode(mode: string, isOn: boolean): void {
    if (mode === '25') this.isCursorShown = isOn
    if (mode === '1049') this.#alternate = isOn ? { cells: [], row: 0, column: 0 } : undefined
  }

  #obey(command: string, [first = 0, second = 0]: readonly number[]): void {
    const screen = this.#screen
    const { cells, row } = screen
    const column = Math.min(screen.column, this.columns - 1)
    if (command === 'A') screen.row = Math.max(0, row - (first || 1))
    else if (command === 'B') screen.row = Math.min(this.rows - 1, row + (first || 1))
    else if (command === 'C') screen.column = Math.min(this.columns - 1, column + (first || 1))
    else if (command === 'D') screen.column = Math.max(0, column - (first || 1))
    else if (command === 'E') Object.assign(screen, { row: Math.min(this.rows - 1, row + (first || 1)), column: 0 })
    else if (command === 'G') screen.column = (first || 1) - 1
    else if (command === 'H') Object.assign(screen, { row: (first || 1) - 1, column: (second || 1) - 1 })
    else if (command === 'K') cells[row] = first === 2 ? [] : (cells[row] ?? []).slice(0, column)
    else if (command === 'J') {
      cells[row] = first === 2 ? [] : (cells[row] ?? []).slice(0, column)
      cells.length = first === 2 ? 0 : Math.min(cells.length, row + 1)
    } else if (command !== 'm') throw new Error(`this terminal knows no CSI ${command}`)
  }
}
