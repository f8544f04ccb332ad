/** In the guest: the contract of every port for a fob on HID, with the kernel and node-hid between its two ends. */

import { HIDAsync } from 'node-hid'
import { afterEach } from 'vitest'
import { uhidPort } from '../../../firmware-sim/transport/uhid.ts'
import { usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { reportPipe } from '../../../host/transport/report-pipe.ts'
import { runDevicePortContract } from '../../contract/device-port-contract.ts'
import { hidrawFiles } from './hidraw.ts'
import { allDetached, attach } from './vhci.ts'

/** Of the fob in the contract. */
const serialNumber = 'GAHT12345678'

// The next fob has the same serial number.
afterEach(async () => {
  await allDetached()
  await hidrawFiles(serialNumber, 0)
})

runDevicePortContract('uhid', async () => {
  const port = await uhidPort()
  return { port, open: openHidraw, close: () => {} }
})

runDevicePortContract('USB/IP', async () => {
  const server = await usbipServer({ port: 0 })
  const port = server.socket()
  let attached: Promise<unknown> | undefined
  const open = async () => {
    attached ??= attach(server.port, port.busid)
    await attached
    return openHidraw()
  }
  return { port, open, close: () => server.close() }
})

/** Pulling the fob out closes it, as the contract does after each test. */
async function openHidraw() {
  const [path = ''] = await hidrawFiles(serialNumber, 1)
  return reportPipe(await HIDAsync.open(path))
}
