/** A frame with its title in the upper edge. */

import { Box, type BoxProps, Text } from 'ink'
import { type ReactNode, useContext } from 'react'
import { ThemeContext } from './theme.ts'

interface FrameProps extends Pick<BoxProps, 'flexGrow' | 'justifyContent'> {
  readonly title: string
  /** Columns, edges included. */
  readonly width: number
  readonly children: ReactNode
}

export function Frame({ title, width, flexGrow = 0, justifyContent = 'flex-start', children }: FrameProps) {
  const { frame } = useContext(ThemeContext)
  return (
    <Box flexDirection="column" flexGrow={flexGrow} flexBasis={0} width={width} overflow="hidden">
      <Text {...frame} wrap="truncate">
        ╭─ {title} {'─'.repeat(Math.max(0, width - title.length - 5))}╮
      </Text>
      <Box
        borderStyle="round"
        borderTop={false}
        borderDimColor={frame.dimColor === true}
        flexDirection="column"
        flexGrow={1}
        flexBasis={0}
        justifyContent={justifyContent}
        overflow="hidden"
        paddingX={1}
      >
        {children}
      </Box>
    </Box>
  )
}
