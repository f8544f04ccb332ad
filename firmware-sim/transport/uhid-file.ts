/**
 * /dev/uhid, an event a read and an event a write. It is read when the kernel says that there is something to read, and not by
 * a read that waits: Node can't take such a read back, and a process with one under way never exits.
 */

import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { platform } from 'node:os'
import { LineError, systemCode } from '../../protocol/framing/line-error.ts'
import { uhidEventLength } from './uhid-events.ts'

/** An open /dev/uhid, which is one device. */
export interface UhidFile {
  /** @throws the system's error */
  write(event: Uint8Array): void
  /** The one listener gets each event, from now on. */
  onEvent(listener: (event: Uint8Array) => void): void
  close(): void
}

/** Lets whoever sits at the machine make HID devices; a line of /etc/udev/rules.d. */
export const uhidRule = 'KERNEL=="uhid", SUBSYSTEM=="misc", OPTIONS+="static_node=uhid", TAG+="uaccess"'

/** @throws LineError that says in one line what this machine lacks */
export async function openUhidFile(path = '/dev/uhid'): Promise<UhidFile> {
  if (platform() !== 'linux') {
    throw new LineError(
      'unsupported',
      'only Linux makes HID devices by uhid: plug the fob in on usbip, or on a serial line',
    )
  }
  const Poller = await loadPoller()
  const fd = openWithoutWaiting(path)
  const poller = new Poller(fd)
  const buffer = new Uint8Array(uhidEventLength)
  let open = true
  const close = () => {
    if (!open) return
    open = false
    poller.stop()
    poller.destroy()
    closeSync(fd)
  }
  const readAll = (listener: (event: Uint8Array) => void) => {
    while (open) {
      const length = readOne(fd, buffer)
      if (length === undefined) return
      listener(buffer.slice(0, length))
    }
  }
  const listen = (listener: (event: Uint8Array) => void) => {
    poller.once('readable', error => {
      // Only when it has been closed.
      if (error !== null || !open) return
      readAll(listener)
      if (open) listen(listener)
    })
  }
  return { write: event => void writeSync(fd, event), onEvent: listen, close }
}

async function loadPoller() {
  try {
    return (await import('@serialport/bindings-cpp/dist/poller.js')).Poller
  } catch (error) {
    throw new LineError('unsupported', 'what waits for events is missing: npm install @serialport/bindings-cpp', error)
  }
}

function openWithoutWaiting(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  } catch (error) {
    throw explain(path, error)
  }
}

/** @returns the length of an event; undefined when there is none any more */
function readOne(fd: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(fd, buffer)
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return undefined
    throw error
  }
}

/** Why it can't be opened, and what to do. */
export function explain(path: string, error: unknown): LineError {
  const code = systemCode(error)
  // The node is there without the module as well, and then opening it fails.
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') {
    return new LineError('not-found', `there is no ${path}: sudo modprobe uhid`, error)
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const rule = `echo '${uhidRule}' | sudo tee /etc/udev/rules.d/70-softfob.rules`
    return new LineError('denied', `you may not open ${path}: ${rule}, then sudo udevadm trigger ${path}`, error)
  }
  return new LineError('failed', `${path} can't be opened: ${error instanceof Error ? error.message : code}`, error)
}
