/** softfob doctor: what this machine has and lacks, with the line that mends it. */

import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { versions } from 'node:process'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { connectSerial } from '../../transport/serial.ts'
import { command, exitCodes } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { keyFor } from '../key-file.ts'
import { oneLine } from '../one-line.ts'
import { openExistingService } from '../service.ts'
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
    const looks: Record<string, () => Promise<string>> = {
      node: async () => `${versions.node} (22.13 or newer is needed)`,
      pty: examinePty,
      serial: examineSerial,
      tcp: examineTcp,
      folder: async () => examineFolder(paths),
      'key file': async () => examineKey(paths),
      store: () => examineStore(paths),
      fobs: async () => examineDrawer(paths),
    }
    const findings: Finding[] = []
    for (const [what, look] of Object.entries(looks)) findings.push(await examine(what, look, paths))
    if (json) print(JSON.stringify({ findings }))
    else for (const { ok, what, detail } of findings) print(`${ok ? '✓' : '✗'} ${what.padEnd(9)} ${detail}`)
    return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
  },
})

async function examine(what: string, look: () => Promise<string>, paths: Paths): Promise<Finding> {
  try {
    return { what, ok: true, detail: await look() }
  } catch (error) {
    return { what, ok: false, detail: oneLine(error, paths) }
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

function examineFolder({ drawer }: Paths): string {
  const home = dirname(drawer)
  if (!existsSync(home)) return `${home} will be made when the first fob is`
  for (const folder of [home, drawer]) {
    if (existsSync(folder)) accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  }
  return home
}

function examineKey({ keyFile }: Paths): string {
  if (!existsSync(keyFile)) return `${keyFile} will be made when the first fob is`
  keyFor('fobs', keyFile)
  return keyFile
}

async function examineStore(paths: Paths): Promise<string> {
  await using open = await openExistingService(paths, undefined)
  return open === undefined ? `${paths.store} will be made when the first fob is` : paths.store
}

function examineDrawer(paths: Paths): string {
  const folder = paths.drawer
  if (!existsSync(folder)) return `none yet: softfob new NAME makes one in ${folder}`
  const { fobs, errors } = openDrawer(paths).list()
  const [first] = errors
  if (first === undefined) return `${fobs.length} in ${folder}`
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more, which softfob list names)` : ''
  throw new Error(first.message + others)
}
