/** A USB/IP server on loopback: fobs as USB devices for whoever attaches them, above all Linux's vhci-hcd. */

import { createServer } from 'node:net'
import { type UsbIds, usbIds } from '../../protocol/framing/hid-identity.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { streamChannel } from '../../protocol/framing/stream-channel.ts'
import { UsbDevice } from '../usb/usb-device.ts'
import { listen } from './listening-port.ts'
import type { DevicePort } from './port.ts'
import { usbipPort } from './usbip-pdus.ts'
import { type ExportedDevice, serveUsbip } from './usbip-session.ts'

export interface UsbipPort extends DevicePort {
  readonly kind: 'usbip'
  readonly port: number
  /** As `usbip attach -b` takes it: 1-1, 1-2 and so on. */
  readonly busid: string
}

export interface UsbipServer {
  readonly port: number
  /** A place for one fob more. The last one that is closed takes the server with it. */
  socket(ids?: UsbIds): UsbipPort
  close(): void
}

/** An attached device keeps its connection; any more are hung up on at once. */
const maxConnections = 64

/** @param options.port 3240 by default, where usbip looks; 0 takes any free one. @throws LineError when it is taken or not allowed */
export async function usbipServer({ port: wanted = usbipPort }: { readonly port?: number } = {}): Promise<UsbipServer> {
  const exported = new Map<string, ExportedDevice>()
  const channels = new Set<ByteChannel>()
  const sockets = new Set<UsbipPort>()
  const server = createServer(connection => {
    connection.setNoDelay()
    const channel = streamChannel(connection)
    channels.add(channel)
    channel.onClose(() => channels.delete(channel))
    serveUsbip(channel, exported)
  })
  server.maxConnections = maxConnections
  const port = await listen(server, wanted)
  const close = () => {
    server.close()
    for (const channel of channels) channel.close()
  }
  let lastDevnum = 0
  return {
    port,
    socket(ids = usbIds) {
      const devnum = ++lastDevnum
      const busid = `1-${devnum}`
      const socket: UsbipPort = {
        kind: 'usbip',
        port,
        busid,
        get dropped() {
          return exported.get(busid)?.device.dropped ?? 0
        },
        attach(plate, onLink) {
          const device = new UsbDevice(plate, ids, onLink)
          exported.set(busid, { busid, devnum, ids, device, user: undefined })
        },
        close() {
          exported.get(busid)?.user?.close()
          exported.delete(busid)
          if (sockets.delete(socket) && sockets.size === 0) close()
        },
      }
      sockets.add(socket)
      return socket
    },
    close,
  }
}
