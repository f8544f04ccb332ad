/** Where this machine says which devices it has, and that one has come or gone. */

import { readdirSync, watch } from 'node:fs'
import { platform } from 'node:os'
import { LineError, systemCode } from '../protocol/framing/line-error.ts'
import { secondUs } from '../protocol/time/duration.ts'
import { systemClock } from '../protocol/time/system-clock.ts'
import { hasIds, isFob, loadHidDriver } from './transport/hid.ts'

/** A fob that is plugged in. A serial line without USB, such as a PTY, can't be told from any other: it is not found. */
export interface FoundFob {
  readonly kind: 'hid' | 'serial'
  /** What `connectHid` or `connectSerial` takes. */
  readonly path: string
  readonly serialNumber?: string
  /** The product's name. */
  readonly product?: string
}

export interface DeviceSources {
  /** @throws LineError */
  hid(): Promise<readonly FoundFob[]>
  /** @throws LineError */
  serial(): Promise<readonly FoundFob[]>
  /** Calls the listener when devices may have come or gone, rather once too often. @returns a function that ends it */
  watch(listener: () => void): Promise<() => void>
}

/** The device files that Linux makes for what a fob can be. */
const hidFile = /^hidraw\d+$/
const serialFile = /^tty(ACM|USB)\d+$/

const pollUs = 2 * secondUs

export const systemSources: DeviceSources = { hid: listHid, serial: listSerial, watch: watchSystem }

async function listHid(): Promise<FoundFob[]> {
  if (hasNone(hidFile)) return []
  const { devicesAsync } = await loadHidDriver()
  const devices = await devicesAsync()
  return devices
    .filter(isFob)
    .flatMap(({ path, serialNumber, product }) =>
      path === undefined ? [] : [describe({ kind: 'hid', path, serialNumber, product })],
    )
}

async function listSerial(): Promise<FoundFob[]> {
  if (hasNone(serialFile)) return []
  const ports = await listPorts()
  return ports
    .filter(({ vendorId = '', productId = '' }) =>
      hasIds({ vendorId: Number.parseInt(vendorId, 16), productId: Number.parseInt(productId, 16) }),
    )
    .map(({ path, serialNumber }) => describe({ kind: 'serial', path, serialNumber }))
}

async function listPorts() {
  try {
    const { autoDetect } = await import('@serialport/bindings-cpp')
    return await autoDetect().list()
  } catch (error) {
    // On Linux the bindings ask udevadm.
    const cure = systemCode(error) === 'ENOENT' ? 'sudo apt-get install udev' : 'npm install @serialport/bindings-cpp'
    throw new LineError('unsupported', `serial ports can't be listed: ${cure}`, error)
  }
}

/** What is empty is left out. */
function describe({
  kind,
  path,
  serialNumber,
  product,
}: Pick<FoundFob, 'kind' | 'path'> & { serialNumber?: string | undefined; product?: string | undefined }): FoundFob {
  return { kind, path, ...(serialNumber && { serialNumber }), ...(product && { product }) }
}

/** Without such a file there is nothing to list, and no driver need be loaded. */
function hasNone(deviceFile: RegExp): boolean {
  return platform() === 'linux' && !readdirSync('/dev').some(name => deviceFile.test(name))
}

/** USB knows nothing of what uhid makes, and /dev knows it before udev has said what it is: on Linux both are needed. */
async function watchSystem(listener: () => void): Promise<() => void> {
  const ends = [await watchUsb(listener), watchDeviceFiles(listener) ?? poll(listener)]
  return () => {
    for (const end of ends) end()
  }
}

async function watchUsb(listener: () => void): Promise<() => void> {
  try {
    // Its WebUSB front ends the process where there is no USB; what it is built on only rejects.
    const { Emitter } = await import('usb/index.js')
    const emitter = new Emitter()
    await emitter.addAttach(listener)
    await emitter.addDetach(listener)
    return () => void Promise.all([emitter.removeAttach(), emitter.removeDetach()]).catch(() => {})
  } catch {
    return () => {}
  }
}

/** @returns undefined where the system has no such files, or does not tell of them */
function watchDeviceFiles(listener: () => void): (() => void) | undefined {
  if (platform() !== 'linux') return undefined
  try {
    const watcher = watch('/dev', (event, name) => {
      // The other event is that somebody has written to a device.
      if (event === 'rename' && name !== null && (hidFile.test(name) || serialFile.test(name))) listener()
    })
    return () => watcher.close()
  } catch {
    return undefined
  }
}

function poll(listener: () => void): () => void {
  let alarm = { clear() {} }
  const wait = () => {
    alarm = systemClock.setAlarm(systemClock.nowUs() + pollUs, () => {
      listener()
      wait()
    })
  }
  wait()
  return () => alarm.clear()
}
