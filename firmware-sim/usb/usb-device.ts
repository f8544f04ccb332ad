/** The fob as a USB device without a bus: transfers go in, outcomes come out, and messages go to and from its channels. */

import { HidChannels } from '../../protocol/framing/hid-channels.ts'
import type { UsbIds } from '../../protocol/framing/hid-identity.ts'
import { reportLength } from '../../protocol/framing/hid-reports.ts'
import type { MessageLink } from '../../protocol/framing/link.ts'
import { answerControl, type ControlledDevice } from './control-requests.ts'
import { configurationValue, type Descriptors, describe, endpoints, type NamePlate } from './descriptors.ts'
import { type Reader, ReportQueue } from './report-queue.ts'

/** What a host's controller asks for. */
export interface Transfer {
  /** The number of the endpoint, without its direction. */
  readonly endpoint: number
  readonly direction: 'in' | 'out'
  /** Endpoint zero: the eight bytes of the SETUP packet. */
  readonly setup: Uint8Array
  /** In: the most bytes that the host takes. */
  readonly length: number
  /** Out: the bytes that it sends. */
  readonly data: Uint8Array
}

/** The bytes that came in, none for a transfer out; undefined when the endpoint stalls. */
export type Outcome = Uint8Array | undefined

const none = new Uint8Array(0)

export class UsbDevice {
  readonly descriptors: Descriptors
  readonly #queue = new ReportQueue()
  readonly #halted = new Set<number>()
  readonly #channels: HidChannels
  readonly #controlled: ControlledDevice

  /** @param onLink gets a link for each channel that a host opens */
  constructor(plate: NamePlate, ids: UsbIds, onLink: (link: MessageLink) => void) {
    this.descriptors = describe(plate, ids)
    this.#channels = new HidChannels(report => this.#queue.push(report), onLink)
    this.#controlled = {
      descriptors: this.descriptors,
      // As the host left it that hands it on: those who attach it later may, and need not, set it again.
      configuration: configurationValue,
      idle: 0,
      protocol: 1,
      halted: this.#halted,
      halt: endpoint => this.#halt(endpoint),
      unhalt: endpoint => void this.#halted.delete(endpoint),
      receive: report => this.#channels.receive(report),
      restart: () => this.restart(),
    }
  }

  /** Reports and messages from hosts that were thrown away. */
  get dropped(): number {
    return this.#channels.dropped
  }

  /**
   * @param done called once: at once, or when there is a report for an interrupt transfer in, however long that takes
   * @returns forgets the transfer: `done` is not called any more
   */
  submit(transfer: Transfer, done: (outcome: Outcome) => void): () => void {
    const { endpoint, direction, setup, length, data } = transfer
    if (endpoint === 0) done(answerControl(this.#controlled, setup, data)?.subarray(0, length))
    else if (!this.#works(endpoint, direction)) done(undefined)
    else if (direction === 'out') {
      this.#receive(data)
      done(none)
    } else {
      const reader: Reader = report => done(report?.subarray(0, length))
      this.#queue.read(reader)
      return () => this.#queue.cancel(reader)
    }
    return () => {}
  }

  /** Ends every channel and throws away what nobody has read: another host is there, or none. */
  restart(): void {
    this.#channels.closeAll()
    this.#queue.flush()
    this.#halted.clear()
  }

  #works(endpoint: number, direction: 'in' | 'out'): boolean {
    const address = endpoints[direction]
    return endpoint === (address & 0x0f) && this.#controlled.configuration !== 0 && !this.#halted.has(address)
  }

  #halt(endpoint: number): void {
    this.#halted.add(endpoint)
    if (endpoint === endpoints.in) this.#queue.halt()
  }

  /** A transfer is cut into packets, and each packet is a report. */
  #receive(data: Uint8Array): void {
    for (let at = 0; at < data.length; at += reportLength) this.#channels.receive(data.subarray(at, at + reportLength))
  }
}
