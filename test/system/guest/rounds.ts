/** In the guest: a fob that is put in and pulled out again and again. Tells what is left over of that as a line of JSON. */

import { readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { uhidPort } from '../../../firmware-sim/transport/uhid.ts'
import { usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { hidrawFiles } from './hidraw.ts'
import { run } from './program.ts'
import { attach, detach, usbWarnings } from './vhci.ts'

const [way, warmUp, rounds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const serialNumber = 'GAHT12345678'
await using fob = createFob({ serialNumber })

await run('dmesg', '--clear')
const { plugIn, pullOut, modules } = way === 'uhid' ? overUhid() : await overUsbip()
for (let round = 0; round < warmUp; round++) await playRound()
const before = inUse()
for (let round = 0; round < rounds; round++) await playRound()
const after = inUse()
// What still waits for a device of theirs keeps them.
fob.unplug()
await run('modprobe', '-r', ...modules)
console.log(JSON.stringify({ before, after, warnings: await usbWarnings() }))

/** A program has the device open, so that the kernel waits for a report when the plug is pulled. */
async function playRound(): Promise<void> {
  await plugIn()
  const [path = ''] = await hidrawFiles(serialNumber, 1)
  const program = await open(path, 'r+')
  await pullOut()
  await hidrawFiles(serialNumber, 0)
  await program.close()
}

function overUhid() {
  return {
    plugIn: async () => fob.plug(await uhidPort()),
    pullOut: async () => fob.unplug(),
    modules: ['uhid'],
  }
}

async function overUsbip() {
  const server = await usbipServer({ port: 0 })
  const socket = server.socket()
  fob.plug(socket)
  return { plugIn: () => attach(server.port, socket.busid), pullOut: detach, modules: ['vhci_hcd'] }
}

/** Open files, and bytes: of live objects, of this process, and of what the kernel can't give back. */
function inUse() {
  globalThis.gc?.()
  const [, kernelKiB = ''] = /^SUnreclaim: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? []
  const { heapUsed, external, rss } = process.memoryUsage()
  return {
    files: readdirSync('/proc/self/fd').length,
    heap: heapUsed + external,
    rss,
    kernel: Number(kernelKiB) * 1024,
  }
}
