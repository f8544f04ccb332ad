/** A byte channel over one of Node's streams, a socket or a serial port. The same at both ends. */

import type { Duplex } from 'node:stream'
import { Closing } from './closing.ts'
import type { ByteChannel } from './link.ts'

/** A peer that leaves so many bytes unread, about 250 of the longest messages, has gone away without saying so. */
export const maxUnreadLength = 256 * 1024

/**
 * Reading begins with the first `onData`; the stream holds back its peer until then.
 * The line is closed when more than `maxUnreadLength` bytes have not been taken by the peer.
 * @param release gives the stream back to the system; by default destroys it
 */
export function streamChannel(stream: Duplex, release: () => void = () => stream.destroy()): ByteChannel {
  const closing = new Closing()
  const close = () => {
    if (closing.happened) return
    release()
    closing.happen()
  }
  // A broken line is closed and no more: why it broke is of no use to either end.
  for (const end of ['end', 'close', 'error']) stream.on(end, close)
  return {
    write(bytes) {
      if (closing.happened) return
      stream.write(bytes)
      if (stream.writableLength > maxUnreadLength) close()
    },
    onData(listener) {
      stream.on('data', (bytes: Uint8Array) => {
        if (!closing.happened) listener(bytes)
      })
    },
    onClose: listener => closing.onClose(listener),
    close,
  }
}
