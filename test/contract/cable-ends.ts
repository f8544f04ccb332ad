/** Waiting for what happens at the end of a cable, as promises. */

import type { ByteChannel } from '../../protocol/framing/link.ts'

/** The first `length` bytes that arrive from now on. */
export function collect(channel: ByteChannel, length: number, start: () => void = () => {}): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>()
  const collected = new Uint8Array(length)
  let filled = 0
  channel.onData(bytes => {
    const taken = bytes.subarray(0, length - filled)
    collected.set(taken, filled)
    filled += taken.length
    if (filled === length) resolve(collected)
  })
  start()
  return promise
}

export function closed(channel: ByteChannel): Promise<void> {
  return new Promise(resolve => channel.onClose(resolve))
}
