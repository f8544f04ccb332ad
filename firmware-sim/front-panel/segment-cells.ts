/** Seven segments drawn with box lines: three rows of four cells, so that a digit is as slim as on the glass. */

/** Arms of a joint as bits: up, right, down, left; the characters are in the order of those numbers. */
const heavyJoints = ' ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋'
const lightJoints = ' ╵╶└╷│┌├╴┘─┴┐┤┬┼'
const up = 1
const right = 2
const down = 4
const left = 8

/** Which of its arms a cell draws for which segment: bits 0 to 6 are a to g, as in `parts/lcd.ts`. */
type Arms = Readonly<Partial<Record<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g', number>>>

const dash = left | right
const cellsOfDigit: readonly (readonly Arms[])[] = [
  [{ a: right, f: down }, { a: dash }, { a: dash }, { a: left, b: down }],
  [{ f: up, g: right, e: down }, { g: dash }, { g: dash }, { b: up, g: left, c: down }],
  [{ e: up, d: right }, { d: dash }, { d: dash }, { c: up, d: left }],
]

export const digitWidth = 4
const allSegments = 0x7f

export interface Cell {
  readonly column: number
  readonly character: string
  readonly lit: boolean
}

export interface CellRow {
  readonly row: number
  readonly cells: readonly Cell[]
}

/**
 * The cells of one digit, from the top. A cell that no lit segment touches shows its unlit ones in light lines.
 * @param segments lit ones as bits
 */
export function digitRows(segments: number): readonly CellRow[] {
  return cellsOfDigit.map((cells, row) => ({
    row,
    cells: cells.map((arms, column) => {
      const heavy = joint(arms, segments)
      return heavy > 0
        ? { column, character: heavyJoints.charAt(heavy), lit: true }
        : { column, character: lightJoints.charAt(joint(arms, allSegments)), lit: false }
    }),
  }))
}

function joint(arms: Arms, segments: number): number {
  let joined = 0
  for (const [segment, bits] of Object.entries(arms)) {
    if (segments & (1 << 'abcdefg'.indexOf(segment))) joined |= bits
  }
  return joined
}
