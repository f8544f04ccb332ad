/** softfob doctor: what this machine has and lacks, with the line that mends it. */

import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { versions } from 'node:process'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { connectSerial } from '../../transport/serial.ts'
import { type Call, command, exitCodes, UsageError } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { keyFor } from '../key-file.ts'
import { oneLine } from '../one-line.ts'
import { openExistingService } from '../service.ts'
import type { Paths } from '../surroundings.ts'
import { examineNodeHid, examineUhid, examineUsb, examineUsbip, whereAmI } from '../usb-findings.ts'

const patienceUs = 1_000_000

interface Finding {
  readonly what: string
  readonly ok: boolean
  /** What there is; when it is not ok, what is wrong and what to do. */
  readonly detail: string
}

const looks: Readonly<Record<string, (paths: Paths) => Promise<string>>> = {
  node: async () => `${versions.node} (22.13 or newer is needed)`,
  system: async () => whereAmI(),
  folder: async paths => examineFolder(paths),
  'key file': async paths => examineKey(paths),
  store: examineStore,
  fobs: async paths => examineDrawer(paths),
  pty: examinePty,
  serial: examineSerial,
  tcp: examineTcp,
  uhid: examineUhid,
  usbip: examineUsbip,
  'node-hid': examineNodeHid,
  usb: examineUsb,
}

const basics = ['node', 'system', 'folder', 'key file', 'store', 'fobs']

/** What each attachment stands on. Without one, the verdict is on what every machine with Node can have. */
const needs: Readonly<Record<string, readonly string[]>> = {
  pty: ['pty', 'serial'],
  tcp: ['tcp'],
  rfc2217: ['tcp'],
  hid: ['uhid', 'node-hid'],
  uhid: ['uhid', 'node-hid'],
  usbip: ['usbip', 'node-hid', 'usb'],
}

const options = {
  for: {
    type: 'string',
    value: Object.keys(needs).join('|'),
    help: 'look at this attachment; the exit code says whether it works',
  },
} as const

export const doctor = command({
  summary: 'Looks at what a fob needs on this machine, and says what to do about what is missing.',
  examples: ['doctor', 'doctor --for hid'],
  positionals: [],
  options,
  async run(call) {
    const { paths, json, print } = call
    const needed = neededFor(call)
    const findings: Finding[] = []
    for (const [what, look] of Object.entries(looks)) {
      if (call.values.for === undefined || needed.includes(what)) findings.push(await examine(what, look, paths))
    }
    if (json) print(JSON.stringify({ findings }))
    else for (const { ok, what, detail } of findings) print(`${ok ? '✓' : '✗'} ${what.padEnd(9)} ${detail}`)
    const works = findings.every(({ ok, what }) => ok || !needed.includes(what))
    return works ? exitCodes.done : exitCodes.failed
  },
})

function neededFor({ values }: Call<typeof options>): readonly string[] {
  if (values.for === undefined) return [...basics, 'pty', 'serial', 'tcp']
  const wanted = Object.hasOwn(needs, values.for) ? needs[values.for] : undefined
  if (wanted !== undefined) return [...basics, ...wanted]
  throw new UsageError(
    `a fob can't be plugged in on "${values.for}": use --for with one of ${Object.keys(needs).join(', ')}`,
  )
}

async function examine(what: string, look: (paths: Paths) => Promise<string>, paths: Paths): Promise<Finding> {
  try {
    return { what, ok: true, detail: await look(paths) }
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

function examineKey(paths: Paths): string {
  const { keyFile, drawer, store } = paths
  if (![keyFile, drawer, store].some(path => existsSync(path))) return `${keyFile} will be made when the first fob is`
  keyFor('fobs', paths)
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
