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

type Rgb = readonly [red: number, green: number, blue: number]

const caseColour = '#262e3a'
const glass: Rgb = [184, 198, 168]
const darkest: Rgb = [24, 34, 26]

const manyColours: Theme = {
  ...sixteenColours,
  case: { borderStyle: 'round', borderColor: '#5d6d84', backgroundColor: caseColour },
  brand: { bold: true, color: '#f2f5f8' },
  print: { color: '#93a2b7' },
  button: {
    borderStyle: 'round',
    borderColor: '#6ba4ec',
    borderBackgroundColor: caseColour,
    backgroundColor: '#2f6cc0',
  },
  buttonDown: {
    borderStyle: 'bold',
    borderColor: '#3d6293',
    borderBackgroundColor: caseColour,
    backgroundColor: '#1b3f73',
  },
  buttonText: { bold: true, color: '#f2f5f8' },
  glass: {
    borderStyle: 'round',
    borderColor: '#0f141b',
    borderBackgroundColor: caseColour,
    backgroundColor: rgb(glass),
  },
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
