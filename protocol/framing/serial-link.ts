/** Messages over a byte channel, in serial frames. The same at both ends. */

import type { ByteChannel, MessageLink } from './link.ts'
import { encodeFrame, FrameReader } from './serial-frames.ts'

export function serialLink(channel: ByteChannel): MessageLink {
  const reader = new FrameReader()
  return {
    send: message => channel.write(encodeFrame(message)),
    onMessage: listener => channel.onData(bytes => reader.push(bytes).forEach(listener)),
    onClose: listener => channel.onClose(listener),
    close: () => channel.close(),
    get dropped() {
      return reader.dropped
    },
  }
}
