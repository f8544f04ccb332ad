/** The keys: all of them in a frame, or the few that matter in one line at the bottom. */

import { Box, Text } from 'ink'
import { useContext } from 'react'
import { Frame } from './Frame.tsx'
import type { PanelKey } from './panel-keys.ts'
import { ThemeContext } from './theme.ts'

export function KeyHelp({ keys, width }: { readonly keys: readonly PanelKey[]; readonly width: number }) {
  return (
    <Frame title="keys" width={width} flexGrow={1}>
      {keys.map(({ input, cap, does }) => (
        <Box key={input} flexShrink={0}>
          <Box flexShrink={0} width={8}>
            <Text bold>{cap}</Text>
          </Box>
          <Text wrap="truncate">{does}</Text>
        </Box>
      ))}
    </Frame>
  )
}

export function KeyLine({ keys }: { readonly keys: readonly PanelKey[] }) {
  const { label } = useContext(ThemeContext)
  return (
    <Box flexShrink={0} gap={3} height={1} overflow="hidden" paddingX={1}>
      {keys.map(({ input, cap, brief }) =>
        brief === undefined ? null : (
          <Text key={input} wrap="truncate">
            <Text bold>{cap}</Text> <Text {...label}>{brief}</Text>
          </Text>
        ),
      )}
    </Box>
  )
}
