/** softfob doctor: what this machine has and lacks, with the line that mends it. */

import { existsSync } from 'node:fs'
import { versions } from 'node:process'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { connectSerial } from '../../transport/serial.ts'
import { command, exitCodes } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { keyFor } from '../key-file.ts'
import type { Paths } from '../surroundings.ts'

const patienceUs = 1_000_000

interface Finding {
  readonly what: string
  readonly ok: boolean
  /** What there is; when it is not ok, what is wrong and what to do. */
  readonly detail: string
}

export const doctor = command({
  summary: 'Looks at what a fob needs on this machine, and says what to do about what is missing.',
  examples: ['doctor'],
  positionals: [],
  options: {},
  async run({ paths, json, print }) {
    const findings = [
      await examine('node', async () => `${versions.node} (22.13 or newer is needed)`),
      await examine('pty', examinePty),
      await examine('serial', examineSerial),
      await examine('tcp', examineTcp),
      await examine('key file', async () => examineKey(paths)),
      ...examineDrawer(paths),
    ]
    if (json) print(JSON.stringify({ findings }))
    else for (const { ok, what, detail } of findings) print(`${ok ? '✓' : '✗'} ${what.padEnd(9)} ${detail}`)
    return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
  },
})

async function examine(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, detail: await look() }
  } catch (error) {
    return { what, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

async function examinePty(): Promise<string> {
  const port = await ptyPort()
  port.close()
  return 'the system gives pseudo-terminals: --on pty works'
}

/** The driver opens one end of a line, and a byte goes round. */
async function examineSerial(): Promise<string> {
  const port = await ptyPort()
  try {
    port.onConnect(fob => fob.onData(bytes => fob.write(bytes)))
    const host = await connectSerial(port.path)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    host.onData(() => resolve(true))
    const alarm = systemClock.setAlarm(systemClock.nowUs() + patienceUs, () => resolve(false))
    host.write(Uint8Array.of(0x55))
    const heard = await promise
    alarm.clear()
    host.close()
    if (!heard) throw new Error(`the serial driver delivers no reads on Node ${versions.node}: use Node 24, or TCP`)
  } finally {
    port.close()
  }
  return 'the serial driver opens a line and reads from it'
}

async function examineTcp(): Promise<string> {
  const port = await tcpPort()
  port.close()
  return 'loopback can be listened on'
}

function examineKey({ keyFile }: Paths): string {
  if (!existsSync(keyFile)) return `${keyFile} will be made when the first fob is`
  keyFor('fobs', keyFile)
  return keyFile
}

function examineDrawer(paths: Paths): Finding[] {
  const folder = paths.drawer
  if (!existsSync(folder))
    return [{ what: 'fobs', ok: true, detail: `none yet: softfob new NAME makes one in ${folder}` }]
  const { fobs, errors } = openDrawer(paths).list()
  return [
    { what: 'fobs', ok: true, detail: `${fobs.length} in ${folder}` },
    ...errors.map(({ message }) => ({ what: 'fobs', ok: false, detail: message })),
  ]
}
