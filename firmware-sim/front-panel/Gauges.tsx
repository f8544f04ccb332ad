/** What the case hides: the fob's clock beside the true time, its warmth, its cell, and where it is plugged in. */

import { Box, Text } from 'ink'
import { type ReactNode, useContext } from 'react'
import { formatDuration } from '../../protocol/time/duration.ts'
import { isoTime, timeOfDay } from '../../protocol/time/iso-time.ts'
import type { Fob } from '../fob.ts'
import { type Theme, ThemeContext } from './theme.ts'

interface GaugesProps {
  readonly fob: Fob
  /** True time, microseconds since the epoch. */
  readonly nowUs: number
  /** Where it is plugged in. */
  readonly ports: readonly string[]
}

export function Gauges({ fob, nowUs, ports }: GaugesProps) {
  return (
    <>
      <Gauge label="device clock">{dateAndTime(nowUs + fob.driftUs)}</Gauge>
      <Gauge label="true time">{dateAndTime(nowUs)}</Gauge>
      <Gauge label="difference">{difference(fob.driftUs)}</Gauge>
      <Gauge label="temperature">{fob.celsius} °C</Gauge>
      <Gauge label="battery">
        <Battery fob={fob} />
      </Gauge>
      <Gauge label="plugged in">{place(ports)}</Gauge>
    </>
  )
}

/** The same in two lines, for a window that has no room for six. */
export function GaugeLines({ fob, nowUs, ports }: GaugesProps) {
  return (
    <>
      <Box gap={3}>
        <Reading label="device">{timeOfDay(nowUs + fob.driftUs)}</Reading>
        <Reading label="true">{timeOfDay(nowUs)}</Reading>
        <Reading label="Δ">{difference(fob.driftUs)}</Reading>
      </Box>
      <Box gap={3}>
        <Reading label="battery">
          <Battery fob={fob} />
        </Reading>
        <Reading label="at">{fob.celsius} °C</Reading>
        <Reading label="on">{place(ports)}</Reading>
      </Box>
    </>
  )
}

interface GaugeProps {
  readonly label: string
  readonly children: ReactNode
}

function Gauge({ label, children }: GaugeProps) {
  const theme = useContext(ThemeContext)
  return (
    <Box flexShrink={0}>
      <Box flexShrink={0} width={14}>
        <Text {...theme.label}>{label}</Text>
      </Box>
      <Text wrap="truncate-middle">{children}</Text>
    </Box>
  )
}

function Reading({ label, children }: GaugeProps) {
  const theme = useContext(ThemeContext)
  return (
    <Text wrap="truncate">
      <Text {...theme.label}>{label}</Text> {children}
    </Text>
  )
}

const batteryCells = 8

/** The text of a cell's charge; goes inside a line. */
function Battery({ fob }: { readonly fob: Fob }) {
  const theme = useContext(ThemeContext)
  const { batteryPercent: percent, batteryVolts: volts } = fob
  const full = Math.ceil((percent / 100) * batteryCells)
  return (
    <Text>
      <Text {...chargeStyle(percent, theme)}>{'▰'.repeat(full)}</Text>
      <Text {...theme.label}>{'▱'.repeat(batteryCells - full)}</Text> {percent} % {volts.toFixed(2)} V
    </Text>
  )
}

/** By the knee of the cell's discharge curve. */
function chargeStyle(percent: number, { tone }: Theme) {
  if (percent <= 10) return tone.bad
  return percent <= 20 ? tone.warning : tone.good
}

function difference(driftUs: number): string {
  const text = formatDuration(Math.abs(driftUs))
  if (text === '0 s') return 'less than 0.1 s'
  return `${text} ${driftUs > 0 ? 'ahead' : 'behind'}`
}

function place(ports: readonly string[]): string {
  return ports.length > 0 ? ports.join(', ') : 'nowhere'
}

/** `2026-11-24 12:00:03`, UTC. */
function dateAndTime(us: number): string {
  return `${isoTime(us).slice(0, 10)} ${timeOfDay(us)}`
}
