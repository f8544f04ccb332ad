/** In the guest: the kernel's USB controller whose devices come over USB/IP (Documentation/usb/usbip_protocol.rst). */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { passTime } from '../../../protocol/time/clock.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { kernelWarnings, type Outcome, run } from './program.ts'

const controller = '/sys/devices/platform/vhci_hcd.0'

/** Linux's own tool, for a server on this machine. */
export function usbip(port: number, ...args: string[]): Promise<Outcome> {
  return run('usbip', '--tcp-port', String(port), ...args)
}

export function attach(port: number, busid: string): Promise<Outcome> {
  return usbip(port, 'attach', '-r', '127.0.0.1', '-b', busid)
}

/** As `usbip detach` does with all there are, but also while the kernel still asks what a device is, when usbip gives up. */
export async function detach(): Promise<void> {
  for (const port of portsInUse()) await writeFile(`${controller}/detach`, port)
  await allDetached()
}

/** Waits until the kernel has let go of every device. */
export async function allDetached(): Promise<void> {
  // The file that says so tells nobody when it changes.
  while (portsInUse().length > 0) await passTime(systemClock, 10_000)
}

/** What vhci_hcd itself says at each detaching is not about us. */
export async function usbWarnings(): Promise<string[]> {
  return (await kernelWarnings()).filter(line => !line.startsWith('vhci_hcd'))
}

function portsInUse(): string[] {
  const status = readFileSync(`${controller}/status`, 'utf8')
  // Of each port: hub, number, and its state, which is 4 when it is free.
  return Array.from(status.matchAll(/^hs +(\d+) 00[56]/gm), ([, port = '']) => String(Number(port)))
}
