/** Colours by what they are for. A terminal with few of them, or with NO_COLOR, gets the same panel in lines alone. */

import type { BoxProps, TextProps } from 'ink'
import { createContext } from 'react'
import type { Tone } from './panel-log.ts'

export type TextStyle = Pick<TextProps, 'color' | 'bold' | 'dimColor'>
export type BoxStyle = Pick<
  BoxProps,
  'backgroundColor' | 'borderStyle' | 'borderColor' | 'borderBackgroundColor' | 'borderDimColor'
>

export interface Theme {
  /** The fob's case, and what is printed on it. */
  readonly case: BoxStyle
  readonly brand: TextStyle
  readonly print: TextStyle
  readonly button: BoxStyle
  readonly buttonDown: BoxStyle
  readonly buttonText: TextStyle
  readonly glass: BoxStyle
  /** What is lit on the glass; `contrast` from 0 to 1. */
  ink(contrast: number): TextStyle
  /** What is not lit, on glass that lets it be seen. */
  readonly ghost: TextStyle | undefined
  readonly frame: TextStyle
  readonly label: TextStyle
  readonly tone: Readonly<Record<Tone | 'warning', TextStyle>>
}

/** Lines, bold and faint: reads without any colour. */
const lines: Theme = {
  case: { borderStyle: 'round' },
  brand: { bold: true },
  print: { dimColor: true },
  button: { borderStyle: 'round' },
  buttonDown: { borderStyle: 'bold' },
  buttonText: { bold: true },
  glass: { borderStyle: 'single' },
  ink: contrast => (contrast < 0.5 ? { dimColor: true } : { bold: true }),
  ghost: undefined,
  frame: { dimColor: true },
  label: { dimColor: true },
  tone: { plain: {}, good: {}, bad: { bold: true }, hint: { dimColor: true }, warning: { bold: true } },
}

const sixteenColours: Theme = {
  ...lines,
  case: { borderStyle: 'round', borderColor: 'blue' },
  buttonDown: { borderStyle: 'bold', borderColor: 'blue' },
  tone: {
    ...lines.tone,
    good: { color: 'green' },
    bad: { color: 'red' },
    warning: { color: 'yellow' },
  },
}

/** Half a cell wide, so that a painted box is solid up to its edge. */
const solid = {
  topLeft: '▗',
  top: '▄',
  topRight: '▖',
  right: '▌',
  bottomRight: '▘',
  bottom: '▀',
  bottomLeft: '▝',
  left: '▐',
} as const

type Rgb = readonly [red: number, green: number, blue: number]

// Where a terminal has only 256 colours each turns into a grey or a neighbour that still goes with the others.
const plastic = '#333a44'
const white = '#f2f5f8'
const glass: Rgb = [184, 198, 168]
const darkest: Rgb = [24, 31, 25]

const manyColours: Theme = {
  ...sixteenColours,
  case: { borderStyle: solid, borderColor: plastic, backgroundColor: plastic },
  brand: { bold: true, color: white },
  print: { color: '#9aa0a8' },
  button: painted('#2f6cc0', plastic),
  buttonDown: painted('#17355f', plastic),
  buttonText: { bold: true, color: white },
  glass: painted(rgb(glass), '#101418'),
  ink: contrast => ({ bold: true, color: rgb(mix(glass, darkest, contrast)) }),
  ghost: { color: rgb(mix(glass, darkest, 0.1)) },
}

/** @param colourDepth bits, as `tty.WriteStream.getColorDepth()` tells them; 1 under NO_COLOR. */
export function themeFor(colourDepth: number): Theme {
  if (colourDepth >= 8) return manyColours
  return colourDepth >= 4 ? sixteenColours : lines
}

export const ThemeContext = createContext<Theme>(lines)

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share)
  return [channel(0), channel(1), channel(2)]
}

function rgb(colour: Rgb): string {
  return `rgb(${colour.join(',')})`
}

function painted(colour: string, around: string): BoxStyle {
  return { borderStyle: solid, borderColor: colour, borderBackgroundColor: around, backgroundColor: colour }
}
