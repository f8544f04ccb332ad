/** Where a fob is plugged in: a socket that hosts connect to. Closing it is pulling the plug. */

import type { ByteChannel } from '../../protocol/framing/link.ts'

export interface Port {
  readonly kind: 'memory' | 'tcp' | 'pty'
  /** The device file that a host opens; PTY only. */
  readonly path?: string
  /** The TCP port on loopback; TCP only. */
  readonly port?: number
  /** The one listener, the fob, gets a channel for each host; also for those who came before it listened. */
  onConnect(listener: (channel: ByteChannel) => void): void
  /** Ends every channel, and lets no more in. */
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
