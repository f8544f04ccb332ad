/** A client of RFC 2217 of the least sort: it knows the escape, and lets a port offer and ask what it likes. */

import type { ByteChannel } from '../../../protocol/framing/link.ts'

/** A serial line inside a telnet connection. */
export function serialClient(carrier: ByteChannel): ByteChannel {
  let skip = 0
  let escaped = false
  const plain = (byte: number) => {
    if (skip > 0) {
      skip--
      return false
    }
    if (escaped) {
      escaped = false
      if (byte !== 255) skip = 1
      return byte === 255
    }
    escaped = byte === 255
    return !escaped
  }
  const listeners: ((bytes: Uint8Array) => void)[] = []
  return {
    write: bytes => carrier.write(Uint8Array.from([...bytes].flatMap(byte => (byte === 255 ? [255, 255] : [byte])))),
    onData(listener) {
      listeners.push(listener)
      if (listeners.length > 1) return
      carrier.onData(bytes => {
        const data = bytes.filter(plain)
        if (data.length > 0) for (const listener of listeners) listener(data)
      })
    },
    onClose: listener => carrier.onClose(listener),
    close: () => carrier.close(),
  }
}
