/** The digits on the glass, three rows high: dark on lit segments, a shadow or nothing on the others. */

import { Box, Text } from 'ink'
import { useContext } from 'react'
import { leastContrast } from '../parts/lcd.ts'
import { digitRows, digitWidth } from './segment-cells.ts'
import { ThemeContext } from './theme.ts'

interface SevenSegmentsProps {
  /** Lit segments of each digit from the left; none when the display is dark. */
  readonly segments: readonly number[]
  /** Digits that there is room for. */
  readonly places: number
  /** 0 to 1. */
  readonly contrast: number
}

export function SevenSegments({ segments, places, contrast }: SevenSegmentsProps) {
  const seen = contrast < leastContrast ? [] : segments
  return (
    <Box columnGap={digitGap(places)}>
      {[...Array(places).keys()].map(place => (
        <Digit key={place} segments={seen[place] ?? 0} contrast={contrast} />
      ))}
    </Box>
  )
}

function Digit({ segments, contrast }: { readonly segments: number; readonly contrast: number }) {
  const { ink, ghost } = useContext(ThemeContext)
  const styleOf = (lit: boolean) => (lit ? ink(contrast) : ghost)
  return (
    <Box flexDirection="column" width={digitWidth}>
      {digitRows(segments).map(({ row, cells }) => (
        <Text key={row}>
          {cells.map(({ column, character, lit }) => (
            <Text key={column} {...styleOf(lit)}>
              {styleOf(lit) ? character : ' '}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  )
}

/** Columns that so many digits take. */
export function digitsWidth(places: number): number {
  return places * digitWidth + (places - 1) * digitGap(places)
}

/** Eight digits move closer, so that the case still fits a narrow window. */
function digitGap(places: number): number {
  return places > 6 ? 1 : 2
}
