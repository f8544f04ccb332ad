/** The device's end of HID framing: reports of many hosts into a link for each channel, and back. */

import { Closing } from './closing.ts'
import { Reassembly } from './hid-reassembly.ts'
import {
  broadcastChannel,
  decodeReport,
  encodeInitAnswer,
  encodeReports,
  type HidReport,
  hidCommands,
  readInit,
} from './hid-reports.ts'
import type { MessageLink } from './link.ts'

/**
 * USB does not tell a device that a program has gone, so channels outlive their hosts: when there are as many, the one that
 * has been silent for longest makes room for the next.
 */
export const maxChannels = 16

export class HidChannels {
  readonly #send: (report: Uint8Array) => void
  readonly #onLink: (link: MessageLink) => void
  /** The one that was used last is the last. */
  readonly #open = new Map<number, Channel>()
  #lastNumber = 0
  #dropped = 0

  /**
   * @param send takes each input report
   * @param onLink gets a link for each channel that a host opens
   */
  constructor(send: (report: Uint8Array) => void, onLink: (link: MessageLink) => void) {
    this.#send = send
    this.#onLink = onLink
  }

  /** Reports and messages that were thrown away: of the wrong length, on no open channel, or out of order. */
  get dropped(): number {
    let dropped = this.#dropped
    for (const channel of this.#open.values()) dropped += channel.dropped
    return dropped
  }

  /** An output report from whichever host; of any length, since hosts send what they like. */
  receive(bytes: Uint8Array): void {
    const report = decodeReport(bytes)
    const channel = report && this.#open.get(report.channel)
    const nonce = report && readInit(report)
    if (report !== undefined && channel !== undefined) {
      this.#use(channel)
      channel.receive(report)
    } else if (nonce !== undefined) this.#init(nonce)
    else this.#dropped++
  }

  /** Ends every channel: the device has been reset, or all hosts have closed it. */
  closeAll(): void {
    for (const channel of this.#open.values()) channel.close()
  }

  #init(nonce: Uint8Array): void {
    // Asked again, since the answer was lost: that is no other host.
    const known = [...this.#open.values()].find(channel => Buffer.compare(channel.nonce, nonce) === 0)
    const channel = known ?? this.#openChannel(nonce)
    this.#use(channel)
    for (const report of encodeInitAnswer(nonce, channel.number)) this.#send(report)
  }

  #openChannel(nonce: Uint8Array): Channel {
    const [silent] = this.#open.values()
    if (silent !== undefined && this.#open.size === maxChannels) silent.close()
    const channel = new Channel(this.#nextNumber(), nonce, this.#send)
    this.#open.set(channel.number, channel)
    channel.onClose(() => {
      this.#open.delete(channel.number)
      this.#dropped += channel.dropped
    })
    this.#onLink(channel)
    return channel
  }

  /** Not given twice, not after a reset either: a host that missed it must not hear what is another's. */
  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % (broadcastChannel - 1)) + 1
    while (this.#open.has(this.#lastNumber))
    return this.#lastNumber
  }

  #use(channel: Channel): void {
    this.#open.delete(channel.number)
    this.#open.set(channel.number, channel)
  }
}

class Channel implements MessageLink {
  readonly number: number
  readonly nonce: Uint8Array
  readonly #send: (report: Uint8Array) => void
  readonly #reassembly = new Reassembly()
  readonly #listeners: ((message: Uint8Array) => void)[] = []
  readonly #closing = new Closing()

  constructor(number: number, nonce: Uint8Array, send: (report: Uint8Array) => void) {
    this.number = number
    this.nonce = nonce
    this.#send = send
  }

  get dropped(): number {
    return this.#reassembly.dropped
  }

  receive(report: HidReport): void {
    const message = this.#reassembly.push(report)
    if (message !== undefined) for (const listener of this.#listeners) listener(message)
  }

  send(message: Uint8Array): void {
    if (this.#closing.happened) return
    for (const report of encodeReports(this.number, hidCommands.message, message)) this.#send(report)
  }

  onMessage(listener: (message: Uint8Array) => void): void {
    this.#listeners.push(listener)
  }

  onClose(listener: () => void): void {
    this.#closing.onClose(listener)
  }

  close(): void {
    this.#closing.happen()
  }
}
