/** A cable to a fob that is plugged into this machine, by its path or its serial number. */

import { LineError } from '../../protocol/framing/line-error.ts'
import type { MessageLink } from '../../protocol/framing/link.ts'
import { FobClient } from '../fob-client.ts'
import type { Cable } from './cable.ts'

/** What hidapi calls a device on Linux, macOS and Windows. */
const hidPath = /^\/dev\/hidraw|^(DevSrvsID|IOService):|^\\\\\?\\hid#/i
const serialPath = /^\.{0,2}\/|^COM\d{1,3}$|^\\\\\.\\/i

/** Connects and greets. @throws LineError, FobError */
export async function connectToDevice(device: string, signal: AbortSignal): Promise<Cable> {
  const client = new FobClient(await openDevice(device))
  try {
    await client.hello({ signal })
  } catch (error) {
    client.close()
    throw error
  }
  return { client, [Symbol.asyncDispose]: async () => client.close() }
}

async function openDevice(device: string): Promise<MessageLink> {
  if (hidPath.test(device)) return openHid(device)
  if (serialPath.test(device)) return openSerial(device)
  const { listFobs } = await import('../discovery.ts')
  const { fobs, errors } = await listFobs()
  const found = fobs.find(({ serialNumber }) => serialNumber === device)
  if (found !== undefined) return found.kind === 'hid' ? openHid(found.path) : openSerial(found.path)
  const [unseen] = errors
  if (unseen !== undefined) throw unseen
  throw new LineError(
    'not-found',
    `no fob ${device} is plugged in: softfob list shows those that are, or give its path`,
  )
}

async function openHid(path: string): Promise<MessageLink> {
  return (await import('../transport/hid.ts')).connectHid(path)
}

async function openSerial(path: string): Promise<MessageLink> {
  const [{ connectSerial }, { serialLink }] = await Promise.all([
    import('../transport/serial.ts'),
    import('../../protocol/framing/serial-link.ts'),
  ])
  return serialLink(await connectSerial(path))
}
