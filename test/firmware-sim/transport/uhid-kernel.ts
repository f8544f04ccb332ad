/** The kernel's side of /dev/uhid without a kernel: events by hand, at the offsets that linux/uhid.h gives them. */

import type { UhidFile } from '../../../firmware-sim/transport/uhid-file.ts'
import { Closing } from '../../../protocol/framing/closing.ts'
import type { ReportPipe } from '../../../protocol/framing/link.ts'

export class UhidKernel {
  readonly written: Buffer[] = []
  closed = false
  /** Thrown by every write from now on. */
  fault: Error | undefined
  #listener: (event: Uint8Array) => void = () => {}
  readonly file: UhidFile = {
    write: event => {
      if (this.fault !== undefined) throw this.fault
      this.written.push(Buffer.from(event))
      this.#hear(Buffer.from(event))
    },
    onEvent: listener => {
      this.#listener = listener
    },
    close: () => {
      this.closed = true
      this.#closing.happen()
    },
  }
  readonly #closing = new Closing()
  readonly #hosts: ((report: Uint8Array) => void)[] = []

  /** What has been written since this was last called. */
  taken(): Buffer[] {
    return this.written.splice(0)
  }

  send(event: Uint8Array): void {
    this.#listener(event)
  }

  open(): void {
    this.send(uhidEvent(4))
  }

  close(): void {
    this.send(uhidEvent(5))
  }

  /** @param data as a program writes it to hidraw, with the byte for an ID */
  output(data: Uint8Array): void {
    const event = uhidEvent(6)
    event.set(data, 4)
    event.writeUInt16LE(data.length, 4100)
    event.writeUInt8(1, 4102)
    this.send(event)
  }

  getReport(id: number, rtype: number): void {
    const event = uhidEvent(9)
    event.writeUInt32LE(id, 4)
    event.writeUInt8(rtype, 9)
    this.send(event)
  }

  setReport(id: number, rtype: number, data: Uint8Array): void {
    const event = uhidEvent(13)
    event.writeUInt32LE(id, 4)
    event.writeUInt8(rtype, 9)
    event.writeUInt16LE(data.length, 10)
    event.set(data, 12)
    this.send(event)
  }

  /** hidraw, as a program has it open. */
  hidraw(): ReportPipe {
    return {
      send: report => this.output(Buffer.concat([Buffer.alloc(1), report])),
      onReport: listener => void this.#hosts.push(listener),
      onClose: listener => this.#closing.onClose(listener),
      close: () => this.close(),
    }
  }

  #hear(event: Buffer): void {
    if (event.readUInt32LE(0) !== 12) return
    const report = event.subarray(6, 6 + event.readUInt16LE(4))
    for (const host of this.#hosts) host(report)
  }
}

/** A whole event with nothing in it but its type. */
export function uhidEvent(type: number): Buffer {
  const event = Buffer.alloc(4380)
  event.writeUInt32LE(type)
  return event
}
