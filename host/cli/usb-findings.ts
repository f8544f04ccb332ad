/** What a machine has of what a HID fob needs, for `softfob doctor`; a finding that is none throws what to do. */

import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { env, platform } from 'node:process'
import { uhidPort } from '../../firmware-sim/transport/uhid.ts'
import { usbipServer } from '../../firmware-sim/transport/usbip.ts'
import { systemCode } from '../../protocol/framing/line-error.ts'
import { hidrawRule, loadHidDriver } from '../transport/hid.ts'

/** The operating system, and what is known to bar HID devices there. */
export function whereAmI(): string {
  if (env.GITHUB_ACTIONS)
    return `${platform}, a hosted runner of GitHub: expect no uhid and no vhci-hcd, and use pty or tcp`
  if (env.CI) return `${platform}, under continuous integration: kernel modules may be out of reach`
  if (
    existsSync('/.dockerenv') ||
    existsSync('/run/.containerenv') ||
    /docker|kubepods|lxc/.test(readIfAny('/proc/1/cgroup'))
  ) {
    return `${platform}, in a container: uhid needs --device /dev/uhid, and its module loaded outside`
  }
  return platform
}

export async function examineUhid(): Promise<string> {
  const port = await uhidPort()
  port.close()
  return '/dev/uhid makes HID devices: --on hid works'
}

export async function examineUsbip(): Promise<string> {
  const server = await usbipServer({ port: 0 })
  server.close()
  if (platform === 'win32') return 'the server runs; to attach here, install usbip-win2'
  if (platform !== 'linux')
    throw new Error('the server runs, but only Linux and Windows can attach: use --on pty or tcp')
  if (!existsSync('/sys/devices/platform/vhci_hcd.0')) {
    throw new Error('the server runs, but this kernel has no virtual hub to attach to: sudo modprobe vhci-hcd')
  }
  return 'the server runs, and this kernel has a virtual hub: sudo usbip attach'
}

export async function examineNodeHid(): Promise<string> {
  const devices = await (await loadHidDriver()).devicesAsync()
  try {
    for (const { path } of devices) if (path?.startsWith('/dev/')) accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (systemCode(error) !== 'EACCES') throw error
    const mend = `echo '${hidrawRule}' | sudo tee /etc/udev/rules.d/70-softfob-hidraw.rules, then plug it in again`
    throw new Error(`you may not open hidraw nodes: ${mend}`)
  }
  return `node-hid loads and sees ${devices.length === 1 ? '1 device' : `${devices.length} devices`}`
}

export async function examineUsb(): Promise<string> {
  // Without it the package ends the process, so it is not even asked.
  if (platform === 'linux' && !existsSync('/sys/bus/usb'))
    throw new Error('this kernel has no USB: sudo modprobe usbcore')
  try {
    await import('usb')
  } catch (error) {
    throw new Error(`the package usb does not load: npm install usb (${firstLine(error)})`)
  }
  return 'the package usb loads: attaching and detaching is reported'
}

function readIfAny(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
}
