/** In the guest: a fob on USB/IP, attached by Linux's own tool. Tells what has happened as a line of JSON. */

import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { hidrawFiles } from './hidraw.ts'
import { run } from './program.ts'
import { meetStrangers, waiting } from './strangers.ts'
import { attach, detach, usbip, usbWarnings } from './vhci.ts'

const serialNumber = 'GAHT12345678'
const rounds = 100
await using fob = createFob({ serialNumber, kind: 'HOTP' })
const server = await usbipServer({ port: 0 })
const socket = server.socket()
fob.plug(socket)

await run('dmesg', '--clear')
const listed = await usbip(server.port, 'list', '-r', '127.0.0.1')
await attach(server.port, socket.busid)
const [path = ''] = await hidrawFiles(serialNumber, 1)
const described = await describe()

const openBefore = countOpen()
const waits = await waiting(path)
await detach()
const left = await waits.ends
await hidrawFiles(serialNumber, 0)
const warnings = await usbWarnings()

for (let round = 1; round <= rounds; round++) {
  await attach(server.port, socket.busid)
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

function countOpen(): number {
  return readdirSync('/proc/self/fd').length
}
