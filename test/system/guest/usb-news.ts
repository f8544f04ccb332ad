/** In the guest: who is told that a fob on USB/IP has come and gone. Tells what they heard as a line of JSON. */

/// <reference types="w3c-web-usb" />

import { usb } from 'usb'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { staying } from './softfob.ts'
import { attach } from './vhci.ts'

const connection = told('connect')
const disconnection = told('disconnect')
const follower = staying('list', '--follow', '--json')
await using fob = createFob({ serialNumber: 'GAHT12345678' })
const server = await usbipServer({ port: 0 })
const socket = server.socket()
fob.plug(socket)

await attach(server.port, socket.busid)
const connected = await connection
const attached = JSON.parse(await follower.line())
fob.unplug()
const disconnected = await disconnection
const detached = JSON.parse(await follower.line())
const followed = await follower.end()
console.log(JSON.stringify({ connected, attached, disconnected, detached, followed }))

/** What the device is that has come or gone. */
async function told(change: 'connect' | 'disconnect') {
  const { promise, resolve } = Promise.withResolvers<USBConnectionEvent>()
  usb.addEventListener(change, resolve)
  const { vendorId, productId, serialNumber, productName } = (await promise).device
  // While somebody listens, the process does not end.
  usb.removeEventListener(change, resolve)
  return { vendorId, productId, serialNumber, productName }
}
