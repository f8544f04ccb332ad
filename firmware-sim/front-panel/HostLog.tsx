/** What the host beside the fob says, the newest at the bottom, and below it what to do next. */

import { stripVTControlCharacters } from 'node:util'
import { Box, Text, Transform } from 'ink'
import { useContext } from 'react'
import { Frame } from './Frame.tsx'
import type { LogLine, Tone } from './panel-log.ts'
import { type TextStyle, ThemeContext } from './theme.ts'

/** So that a tone reads without colour too. */
const marks: Readonly<Record<Tone, string>> = { plain: ' ', good: '✓', bad: '✗', hint: '·' }

interface HostLogProps {
  readonly lines: readonly LogLine[]
  /** Empty when there is nothing to do. */
  readonly prompt: string
  readonly width: number
  /** Rows of the window: more lines than this are never seen. */
  readonly rows: number
}

export function HostLog({ lines, prompt, width, rows }: HostLogProps) {
  const { tone } = useContext(ThemeContext)
  return (
    <Frame title="host" width={width} flexGrow={1} justifyContent="flex-end">
      {lines.slice(-rows).map(line => (
        <MarkedLine key={line.number} mark={marks[line.tone]} text={line.text} style={tone[line.tone]} />
      ))}
      {prompt !== '' && <MarkedLine mark="▸" text={prompt} style={{ ...tone.warning, bold: true }} />}
    </Frame>
  )
}

interface MarkedLineProps {
  readonly mark: string
  readonly text: string
  readonly style: TextStyle
}

/** A text that goes on below its own beginning and not below its mark. */
function MarkedLine({ mark, text, style }: MarkedLineProps) {
  return (
    <Box flexShrink={0}>
      <Box flexShrink={0} width={2}>
        <Text {...style}>{mark}</Text>
      </Box>
      <Transform transform={withoutBreak}>
        <Text {...style}>{text}</Text>
      </Transform>
    </Box>
  )
}

/** Where a line breaks after a word that just fits, the space behind the word would begin the next. */
function withoutBreak(line: string, index: number): string {
  return index > 0 && stripVTControlCharacters(line).startsWith(' ') ? line.replace(' ', '') : line
}
