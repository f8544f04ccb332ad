/** In the guest: a fob on USB/IP, attached by Linux's own tool. Tells what has happened as a line of JSON. */

import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { passTime } from '../../../protocol/time/clock.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { hidrawFiles } from './hidraw.ts'
import { kernelWarnings, run } from './program.ts'
import { meetStrangers, waiting } from './strangers.ts'

const serialNumber = 'GAHT12345678'
const rounds = 100
const controller = '/sys/devices/platform/vhci_hcd.0'
await using fob = createFob({ serialNumber, kind: 'HOTP' })
const server = await usbipServer({ port: 0 })
const socket = server.socket()
fob.plug(socket)

await run('dmesg', '--clear')
const listed = await usbip('list', '-r', '127.0.0.1')
await attach()
const [path = ''] = await hidrawFiles(serialNumber, 1)
const described = await describe()

const openBefore = countOpen()
const waits = await waiting(path)
await detach()
const left = await waits.ends
await hidrawFiles(serialNumber, 0)
const warnings = await usbWarnings()

for (let round = 1; round <= rounds; round++) {
  await attach()
  // The others are detached while the kernel still asks what they are, which it does not keep to itself.
  if (round % 10 === 0) await hidrawFiles(serialNumber, 1)
  if (round === rounds) break
  await detach()
  await hidrawFiles(serialNumber, 0)
}
const leaked = countOpen() - openBefore

await run('dmesg', '--clear')
const story = await meetStrangers(fob, path, () => fob.unplug())
await hidrawFiles(serialNumber, 0)
warnings.push(...(await usbWarnings()))
console.log(JSON.stringify({ listed: listed.stdout, described, path, left, leaked, story, warnings }))

function usbip(...args: string[]) {
  return run('usbip', '--tcp-port', String(server.port), ...args)
}

function attach() {
  return usbip('attach', '-r', '127.0.0.1', '-b', socket.busid)
}

/** As `usbip detach` does, but also while the kernel still asks what the device is, when usbip gives up. */
async function detach() {
  for (const port of portsInUse()) await writeFile(`${controller}/detach`, port)
  // This file tells nobody when it changes.
  while (portsInUse().length > 0) await passTime(systemClock, 10_000)
}

function portsInUse(): string[] {
  const status = readFileSync(`${controller}/status`, 'utf8')
  // Of each port: hub, number, and its state, which is 4 when it is free.
  return Array.from(status.matchAll(/^hs +(\d+) 00[56]/gm), ([, port = '']) => String(Number(port)))
}

/** The report descriptor is told only while no driver has the interface. The kernel asks us before it lets go: never wait for it here. */
async function describe() {
  const driver = '/sys/bus/usb/drivers/usbhid'
  const busInterface = readdirSync(driver).find(name => name.endsWith(':1.0')) ?? ''
  await writeFile(`${driver}/unbind`, busInterface)
  const lsusb = await run('lsusb', '-v', '-d', '1209:0001')
  await writeFile(`${driver}/bind`, busInterface)
  await hidrawFiles(serialNumber, 1)
  return lsusb
}

/** What vhci_hcd itself says at each detaching is not about us. */
async function usbWarnings(): Promise<string[]> {
  return (await kernelWarnings()).filter(line => !line.startsWith('vhci_hcd'))
}

function countOpen(): number {
  return readdirSync('/proc/self/fd').length
}
