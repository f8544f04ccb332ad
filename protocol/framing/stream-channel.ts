/** A byte channel over one of Node's streams, a socket or a serial port. The same at both ends. */

import type { Duplex } from 'node:stream'
import { Closing } from './closing.ts'
import type { ByteChannel } from './link.ts'

/** A peer that leaves so many bytes unread, about 250 of the longest messages, has gone away without saying so. */
export const maxUnreadLength = 256 * 1024

/**
 * Reads from the beginning, for a stream that nobody reads does not tell its end, and keeps what comes for the first listener.
 * The line is closed when more than `maxUnreadLength` bytes have not been taken, by the peer or by whoever is to listen.
 * @param release gives the stream back to the system; by default destroys it
 */
export function streamChannel(stream: Duplex, release: () => void = () => stream.destroy()): ByteChannel {
  const closing = new Closing()
  const listeners: ((bytes: Uint8Array) => void)[] = []
  let early: Uint8Array[] = []
  let earlyLength = 0
  const close = () => {
    if (closing.happened) return
    release()
    closing.happen()
  }
  const deliver = (bytes: Uint8Array) => {
    for (const listener of listeners) if (!closing.happened) listener(bytes)
  }
  const deliverEarly = () => {
    const pieces = early
    early = []
    pieces.forEach(deliver)
  }
  // A broken line is closed and no more: why it broke is of no use to either end.
  for (const end of ['end', 'close', 'error']) stream.on(end, close)
  stream.on('data', (bytes: Uint8Array) => {
    if (listeners.length > 0 && early.length === 0) return deliver(bytes)
    early.push(bytes)
    earlyLength += bytes.length
    if (earlyLength > maxUnreadLength) close()
  })
  return {
    write(bytes) {
      if (closing.happened) return
      stream.write(bytes)
      if (stream.writableLength > maxUnreadLength) close()
    },
    onData(listener) {
      listeners.push(listener)
      // Not from inside this call, as nothing that arrives is.
      if (listeners.length === 1) queueMicrotask(deliverEarly)
    },
    onClose: listener => closing.onClose(listener),
    close,
  }
}
