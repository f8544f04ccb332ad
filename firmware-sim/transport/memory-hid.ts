/** A HID device inside one process: whoever opens it hears every report, as with hidraw, on the next microtask. */

import { Closing } from '../../protocol/framing/closing.ts'
import { HidChannels } from '../../protocol/framing/hid-channels.ts'
import { LineError } from '../../protocol/framing/line-error.ts'
import type { ReportPipe } from '../../protocol/framing/link.ts'
import { ReportQueue } from '../usb/report-queue.ts'
import type { DevicePort } from './port.ts'

export interface MemoryHidPort extends DevicePort {
  readonly kind: 'memory'
  /** Opens the device; any number of hosts may have it open. @throws LineError when no fob is plugged in */
  connect(): ReportPipe
}

export function memoryHidPort(): MemoryHidPort {
  const hosts = new Set<OpenDevice>()
  let channels: HidChannels | undefined
  let dropped = 0
  return {
    kind: 'memory',
    get dropped() {
      return channels?.dropped ?? dropped
    },
    attach(_, onLink) {
      channels = new HidChannels(report => {
        for (const host of hosts) host.hear(report)
      }, onLink)
    },
    connect() {
      if (channels === undefined) throw new LineError('not-found', 'no fob is plugged in here: plug one in first')
      const host = new OpenDevice(report => channels?.receive(report))
      hosts.add(host)
      host.onClose(() => {
        hosts.delete(host)
        if (hosts.size === 0) channels?.closeAll()
      })
      return host
    },
    close() {
      channels?.closeAll()
      dropped = this.dropped
      channels = undefined
      for (const host of hosts) host.close()
    },
  }
}

class OpenDevice implements ReportPipe {
  readonly #toDevice: (report: Uint8Array) => void
  readonly #unread = new ReportQueue()
  readonly #listeners: ((report: Uint8Array) => void)[] = []
  readonly #closing = new Closing()

  constructor(toDevice: (report: Uint8Array) => void) {
    this.#toDevice = toDevice
  }

  send(report: Uint8Array): void {
    if (this.#closing.happened) return
    // A copy, as any other line makes: the writer may use its buffer again.
    const sent = report.slice()
    queueMicrotask(() => this.#toDevice(sent))
  }

  hear(report: Uint8Array): void {
    queueMicrotask(() => this.#unread.push(report))
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listeners.push(listener)
    if (this.#listeners.length === 1) queueMicrotask(() => this.#readOn())
  }

  onClose(listener: () => void): void {
    this.#closing.onClose(listener)
  }

  close(): void {
    this.#closing.happen()
  }

  #readOn(): void {
    this.#unread.read(report => {
      if (report === undefined || this.#closing.happened) return
      for (const listener of this.#listeners) listener(report)
      this.#readOn()
    })
  }
}
