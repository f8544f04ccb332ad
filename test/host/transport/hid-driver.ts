/** As much of node-hid as a host uses, over a HID device inside this process. */

import { EventEmitter } from 'node:events'
import type { MemoryHidPort } from '../../../firmware-sim/transport/memory-hid.ts'
import type { HidDescription, HidDriver } from '../../../host/transport/hid.ts'
import { hidUsage, usbIds } from '../../../protocol/framing/hid-identity.ts'
import type { ReportPipe } from '../../../protocol/framing/link.ts'

export class MemoryHidDriver implements HidDriver {
  readonly HIDAsync = { open: async () => this.#open() }
  description: HidDescription = { ...usbIds, ...hidUsage, path: '/dev/hidraw0', product: 'SF-1' }
  /** What becomes of reports when it is set. */
  writeError: Error | undefined
  /** Reports from hosts. */
  sent = 0
  openedBy = 0
  readonly #port: MemoryHidPort

  constructor(port: MemoryHidPort) {
    this.#port = port
  }

  async devicesAsync(): Promise<HidDescription[]> {
    return [this.description]
  }

  #open(): OpenDevice {
    this.openedBy++
    return new OpenDevice(this, this.#port.connect())
  }
}

class OpenDevice extends EventEmitter {
  readonly #driver: MemoryHidDriver
  readonly #pipe: ReportPipe

  constructor(driver: MemoryHidDriver, pipe: ReportPipe) {
    super()
    this.#driver = driver
    this.#pipe = pipe
    pipe.onReport(report => this.emit('data', Buffer.from(report)))
    pipe.onClose(() => {
      // Nobody listens any more when it was the host that closed it.
      if (this.listenerCount('error') > 0) this.emit('error', new Error('could not read from HID device'))
    })
  }

  async getDeviceInfo(): Promise<HidDescription> {
    return this.#driver.description
  }

  /** hidapi takes the report's ID first, and zero where there are none. */
  async write(report: Uint8Array): Promise<void> {
    if (this.#driver.writeError !== undefined) throw this.#driver.writeError
    if (report.length !== 65 || report[0] !== 0) throw new Error('the report has an ID, or another length')
    this.#driver.sent++
    this.#pipe.send(report.subarray(1))
  }

  async close(): Promise<void> {
    this.#driver.openedBy--
    this.removeAllListeners()
    this.#pipe.close()
  }
}
