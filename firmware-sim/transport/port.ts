/** Where a fob is plugged in: a socket that hosts connect to. Closing it is pulling the plug. */

import type { ByteChannel, MessageLink } from '../../protocol/framing/link.ts'
import type { NamePlate } from '../usb/descriptors.ts'

export interface Port {
  readonly kind: 'memory' | 'tcp' | 'rfc2217' | 'pty'
  /** The device file that a host opens; PTY only. */
  readonly path?: string
  /** The TCP port on loopback; TCP and RFC 2217 only. */
  readonly port?: number
  /** The one listener, the fob, gets a channel for each host; also for those who came before it listened. */
  onConnect(listener: (channel: ByteChannel) => void): void
  /** Ends every channel, and lets no more in. */
  close(): void
}

/** A port for a fob that is a HID device: it appears there when it is plugged in, and hosts open channels on it. */
export interface DevicePort {
  readonly kind: 'memory' | 'uhid' | 'usbip'
  /** The TCP port of the server on loopback, and the device's name there; USB/IP only. */
  readonly port?: number
  readonly busid?: string
  /** Reports and messages from hosts that were thrown away. */
  readonly dropped: number
  /**
   * Plugs the one fob in.
   * @param onLink gets a link for each channel that a host opens
   */
  attach(plate: NamePlate, onLink: (link: MessageLink) => void): void
  /** Ends every channel, and takes the device away. */
  close(): void
}

/** Channels on their way to the listener of a port, however late it comes. */
export class Arrivals {
  #listener: ((channel: ByteChannel) => void) | undefined
  readonly #early: ByteChannel[] = []

  onConnect(listener: (channel: ByteChannel) => void): void {
    this.#listener = listener
    for (const channel of this.#early.splice(0)) listener(channel)
  }

  add(channel: ByteChannel): void {
    if (this.#listener === undefined) this.#early.push(channel)
    else this.#listener(channel)
  }
}
