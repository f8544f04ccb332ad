/** The fob in the terminal: its face, its gauges, and the log of the host beside it or below. */

import { Box, Text, useApp, useWindowSize } from 'ink'
import { type ReactNode, useState } from 'react'
import type { AdjustableClock, Clock } from '../../protocol/time/clock.ts'
import type { Fob } from '../fob.ts'
import { FobFace, faceWidth } from './FobFace.tsx'
import { Frame } from './Frame.tsx'
import { GaugeLines, Gauges } from './Gauges.tsx'
import { HostLog } from './HostLog.tsx'
import { KeyHelp, KeyLine } from './KeyHelp.tsx'
import { fobKeys, type PanelKey } from './panel-keys.ts'
import type { PanelLog } from './panel-log.ts'
import type { Prompt } from './prompt.ts'
import { TimeBar } from './TimeBar.tsx'
import { useFinger } from './use-finger.ts'
import { useKeys } from './use-keys.ts'
import { useRedraw } from './use-redraw.ts'

const least = { columns: 60, rows: 20 }
/** From here on the log stands beside the fob; and in a window larger than the largest the panel stays in its middle. */
const wideColumns = 80
const largest = { columns: 132, rows: 40 }

export interface PanelProps {
  readonly fob: Fob
  readonly clock: Clock | AdjustableClock
  /** Where the fob is plugged in, as a person would write it. */
  readonly ports: readonly string[]
  readonly log: PanelLog
  readonly prompt: Prompt
  /** Pulls the fob out; without it there is no such key. */
  readonly onUnplug?: () => void
}

export function FrontPanel(props: PanelProps) {
  const { fob, clock, log, prompt } = props
  const { columns, rows } = useWindowSize()
  const redraw = useRedraw({ clock, lcd: fob.lcd, log, prompt })
  const finger = useFinger(fob, clock)
  const { keys, help, pluggedIn } = usePanelKeys(props, finger.press)
  useKeys(keys, log, redraw)
  if (columns < least.columns || rows < least.rows) return <TooSmall columns={columns} rows={rows} />
  const width = Math.min(columns, largest.columns)
  const height = Math.min(rows, largest.rows)
  const view: View = {
    fob,
    width,
    height,
    nowUs: clock.nowUs(),
    ports: pluggedIn ? props.ports : [],
    pressed: finger.isDown,
    help: help ? keys : undefined,
    log: logWidth => <HostLog lines={log.lines} prompt={prompt.text} width={logWidth} rows={height} />,
  }
  return (
    <Box width={columns} height={rows} alignItems="center" justifyContent="center">
      <Box flexDirection="column" width={width} height={height}>
        {columns >= wideColumns ? <SideBySide {...view} /> : <Stacked {...view} />}
        <KeyLine keys={keys} />
      </Box>
    </Box>
  )
}

/** The whole table of keys, with what some of them switch. */
function usePanelKeys({ fob, clock, onUnplug }: PanelProps, press: () => Promise<void>) {
  const { exit } = useApp()
  const [help, setHelp] = useState(false)
  const [pluggedIn, setPluggedIn] = useState(true)
  const unplug = () => {
    onUnplug?.()
    setPluggedIn(false)
  }
  const keys: PanelKey[] = [
    ...fobKeys(fob, clock, press),
    ...(onUnplug ? [{ input: 'u', cap: 'u', does: 'pulls it out', run: unplug }] : []),
    { input: '?', cap: '?', does: 'shows these keys, and hides them', brief: 'keys', run: () => setHelp(!help) },
    { input: 'q', cap: 'q', does: 'quits, as Ctrl-C does', brief: 'quit', run: () => exit() },
  ]
  return { keys, help, pluggedIn }
}

interface View {
  readonly fob: Fob
  readonly width: number
  readonly height: number
  readonly nowUs: number
  readonly ports: readonly string[]
  readonly pressed: boolean
  /** The keys to be shown, when they are. */
  readonly help: readonly PanelKey[] | undefined
  /** The host's log in so many columns. */
  log(width: number): ReactNode
}

function SideBySide({ fob, width, height, nowUs, ports, pressed, help, log }: View) {
  const left = faceWidth(fob)
  const right = width - left - 1
  return (
    <Box flexGrow={1} flexBasis={0} gap={1}>
      <Box flexDirection="column" flexShrink={0} width={left}>
        <FobFace fob={fob} pressed={pressed} compact={height < 24} />
        <Box paddingX={1}>
          <TimeBar fob={fob} width={left - 2} />
        </Box>
        <Frame title="inside" width={left} flexGrow={1}>
          <Gauges fob={fob} nowUs={nowUs} ports={ports} />
        </Frame>
      </Box>
      {help ? <KeyHelp keys={help} width={right} /> : log(right)}
    </Box>
  )
}

function Stacked({ fob, width, height, nowUs, ports, pressed, help, log }: View) {
  // The smallest window has no room for them below the fob.
  if (help) return <KeyHelp keys={help} width={width} />
  return (
    <Box flexDirection="column" flexGrow={1} flexBasis={0}>
      <Box flexDirection="column" flexShrink={0} alignItems="center">
        <FobFace fob={fob} pressed={pressed} compact={height < 28} />
        <TimeBar fob={fob} width={faceWidth(fob) - 2} />
      </Box>
      <Box flexDirection="column" flexShrink={0} paddingX={1}>
        <GaugeLines fob={fob} nowUs={nowUs} ports={ports} />
      </Box>
      {log(width)}
    </Box>
  )
}

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  return (
    <Box width={columns} height={rows} alignItems="center" justifyContent="center">
      <Text>
        make the window at least {least.columns}x{least.rows}
      </Text>
    </Box>
  )
}
