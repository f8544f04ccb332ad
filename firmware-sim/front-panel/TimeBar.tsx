/** How long the code shown still counts: six blocks on the glass, and a fine bar below the case by the fob's own clock. */

import { Box, Text } from 'ink'
import { useContext } from 'react'
import { secondUs } from '../../protocol/time/duration.ts'
import type { Fob } from '../fob.ts'
import { barBlocks } from '../parts/lcd.ts'
import { type TextStyle, type Theme, ThemeContext } from './theme.ts'

const block = '▃▃▃'

/** The six blocks on the glass. */
export function LcdBar({ lit, contrast }: { readonly lit: number; readonly contrast: number }) {
  const { ink, ghost } = useContext(ThemeContext)
  const styleOf = (isLit: boolean) => (isLit ? ink(contrast) : ghost)
  return (
    <Text>
      {[...Array(barBlocks).keys()].map(place => (
        <Text key={place} {...styleOf(place < lit)}>
          {styleOf(place < lit) ? block : '   '}{' '}
        </Text>
      ))}
    </Text>
  )
}

/** Twice as fine as a column. A counter's code has no time: its number stands here instead. */
export function TimeBar({ fob, width }: { readonly fob: Fob; readonly width: number }) {
  const theme = useContext(ThemeContext)
  if (fob.key.kind === 'HOTP') return <Text {...theme.label}>next counter {fob.counter}</Text>
  const stepUs = fob.key.timeStepSeconds * secondUs
  const remainingUs = fob.lcd.bar > 0 ? stepUs - (fob.deviceTimeUs % stepUs) : 0
  const seconds = Math.ceil(remainingUs / secondUs)
  const track = width - 6
  const halves = Math.ceil((2 * track * remainingUs) / stepUs)
  const bar = '━'.repeat(halves / 2) + '╸'.repeat(halves % 2)
  return (
    <Box width={width}>
      <Text {...urgency(seconds, theme)}>{bar}</Text>
      <Text {...theme.label}>{'─'.repeat(track - bar.length)}</Text>
      {fob.lcd.lit && <Text {...urgency(seconds, theme)}>{`${seconds} s`.padStart(6)}</Text>}
    </Box>
  )
}

function urgency(seconds: number, { tone }: Theme): TextStyle {
  if (seconds <= 5) return tone.bad
  return seconds <= 10 ? tone.warning : tone.good
}
