/** The places that `softfob run --on` knows, and how each is told to a person and to a program. */

import type { Place } from '../../firmware-sim/drawer/control.ts'
import type { DevicePort, Port } from '../../firmware-sim/transport/port.ts'
import { type UsbIds, usbIds } from '../../protocol/framing/hid-identity.ts'
import { LineError } from '../../protocol/framing/line-error.ts'
import { UsageError } from './command.ts'

export interface PlugOptions {
  /** TCP port, as typed. */
  readonly port?: string | undefined
  /** USB ids, as typed: 1209:0001. */
  readonly ids?: string | undefined
  readonly say: (line: string) => void
}

export const places = ['pty', 'tcp', 'rfc2217', 'hid', 'uhid', 'usbip'] as const

/** @throws UsageError for a place that is none; LineError for what this machine lacks */
export async function openPlug(place: string, options: PlugOptions): Promise<Port | DevicePort> {
  switch (place) {
    case 'pty':
      return (await import('../../firmware-sim/transport/pty.ts')).ptyPort()
    case 'tcp':
      return (await import('../../firmware-sim/transport/tcp.ts')).tcpPort({ port: tcpPortOf(options, 0) })
    case 'rfc2217':
      return (await import('../../firmware-sim/transport/rfc2217.ts')).rfc2217Port({ port: tcpPortOf(options, 0) })
    case 'hid':
      return hidPlug(options)
    case 'uhid':
      return (await import('../../firmware-sim/transport/uhid.ts')).uhidPort({ ids: idsOf(options) })
    case 'usbip':
      return usbipPlug(options)
    default:
      throw new UsageError(`a fob can't be plugged in on "${place}": use --on with one of ${places.join(', ')}`)
  }
}

/** For a person. */
export function describePlace({ kind, port, path, busid }: Place): string {
  switch (kind) {
    case 'tcp':
      return `127.0.0.1:${port}`
    case 'rfc2217':
      return `rfc2217://127.0.0.1:${port}`
    case 'usbip':
      return `usbip --tcp-port ${port} attach -r 127.0.0.1 -b ${busid}`
    default:
      return path ?? kind
  }
}

/** For a program: the entry of the ready line. */
export function placeOf(plug: Port | DevicePort, hidrawPath: string | undefined): Place {
  const { kind, port } = plug
  if (kind === 'uhid') return { kind, path: hidrawPath }
  if (kind === 'usbip') return { kind, port, busid: 'busid' in plug ? plug.busid : undefined }
  return { kind, port, path: 'path' in plug ? plug.path : undefined }
}

/** The kernel's own device where it lets us make one, for any program finds that; else a USB/IP server to attach to. */
async function hidPlug(options: PlugOptions): Promise<DevicePort> {
  const { uhidPort } = await import('../../firmware-sim/transport/uhid.ts')
  try {
    const port = await uhidPort({ ids: idsOf(options) })
    options.say('on uhid: this kernel makes a HID device of it')
    return port
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    options.say(`on usbip, for there is no uhid: ${error.message}`)
    return usbipPlug(options)
  }
}

async function usbipPlug(options: PlugOptions): Promise<DevicePort> {
  const { usbipServer } = await import('../../firmware-sim/transport/usbip.ts')
  const server = await usbipServer({ port: tcpPortOf(options, 3240) })
  return server.socket(idsOf(options))
}

function tcpPortOf({ port }: PlugOptions, usual: number): number {
  if (port === undefined) return usual
  if (/^\d+$/.test(port) && Number(port) <= 65_535) return Number(port)
  throw new UsageError(`"${port}" is no TCP port: use --port with 0 to 65535`)
}

function idsOf({ ids }: PlugOptions): UsbIds {
  if (ids === undefined) return usbIds
  const [, vendor, product] = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(ids) ?? []
  if (vendor === undefined || product === undefined) {
    throw new UsageError(`"${ids}" are no USB ids: write them like 1209:0001`)
  }
  return { vendorId: Number.parseInt(vendor, 16), productId: Number.parseInt(product, 16) }
}
