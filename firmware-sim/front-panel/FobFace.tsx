/** The fob's case: its brand, its glass, its button and what is printed beside it. */

import { Box, Text } from 'ink'
import { useContext } from 'react'
import type { Fob } from '../fob.ts'
import { digitsWidth, SevenSegments } from './SevenSegments.tsx'
import { LcdBar } from './TimeBar.tsx'
import { ThemeContext } from './theme.ts'

interface FaceProps {
  readonly fob: Fob
  /** A finger is on the button. */
  readonly pressed: boolean
  /** Leaves out what is not needed: 10 rows instead of 14. */
  readonly compact: boolean
}

export function FobFace({ fob, pressed, compact }: FaceProps) {
  const theme = useContext(ThemeContext)
  return (
    <Box {...theme.case} flexDirection="column" flexShrink={0} paddingX={2} width={faceWidth(fob)}>
      <Box justifyContent="space-between" marginBottom={compact ? 0 : 1}>
        <Text {...theme.brand}>○ SoftFob</Text>
        <Text {...theme.print}>{fob.model.name}</Text>
      </Box>
      <Glass fob={fob} compact={compact} />
      <Box gap={2} justifyContent="space-between">
        <FobButton pressed={pressed} compact={compact} />
        <SmallPrint fob={fob} compact={compact} />
      </Box>
    </Box>
  )
}

/** Columns that the case takes: more for a fob of eight digits. */
export function faceWidth(fob: Fob): number {
  const glassEdges = 2 * (1 + 2)
  const caseEdges = 2 * (1 + 2)
  return digitsWidth(fob.key.digits) + glassEdges + caseEdges
}

function Glass({ fob, compact }: { readonly fob: Fob; readonly compact: boolean }) {
  const theme = useContext(ThemeContext)
  const { segments, bar, contrast, lowBattery } = fob.lcd
  const battery = lowBattery ? theme.ink(contrast) : theme.ghost
  return (
    <Box {...theme.glass} flexDirection="column" paddingX={2}>
      <SevenSegments segments={segments} places={fob.key.digits} contrast={contrast} />
      <Box justifyContent="space-between" marginTop={compact ? 0 : 1}>
        <LcdBar lit={bar} contrast={contrast} />
        <Text {...battery}>{battery ? 'BAT [▎ ]' : ''}</Text>
      </Box>
    </Box>
  )
}

function FobButton({ pressed, compact }: Omit<FaceProps, 'fob'>) {
  const theme = useContext(ThemeContext)
  const edges = compact ? {} : pressed ? theme.buttonDown : theme.button
  const flat = pressed ? '▐  SPACE  ▌' : '(  SPACE  )'
  return (
    <Box {...edges} flexShrink={0}>
      <Text {...theme.buttonText}>{compact ? flat : '   SPACE   '}</Text>
    </Box>
  )
}

function SmallPrint({ fob, compact }: Omit<FaceProps, 'pressed'>) {
  const theme = useContext(ThemeContext)
  const { kind, hash, timeStepSeconds } = fob.key
  return (
    <Box flexDirection="column" alignItems="flex-end" justifyContent="center">
      <Text {...theme.brand} wrap="truncate-middle">
        {fob.serialNumber}
      </Text>
      {!compact && (
        <Text {...theme.print} wrap="truncate">
          {kind === 'TOTP' ? `TOTP · ${hash} · ${timeStepSeconds} s` : `HOTP · ${hash}`}
        </Text>
      )}
    </Box>
  )
}
