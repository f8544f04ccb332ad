/** A cable inside one process: no operating system, and bytes that arrive on the next microtask, in order. */

import { Closing } from '../../protocol/framing/closing.ts'
import { LineError } from '../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { maxUnreadLength } from '../../protocol/framing/stream-channel.ts'
import { Arrivals, type Port } from './port.ts'

export interface MemoryPort extends Port {
  readonly kind: 'memory'
  /** A host's end of a cable of its own; any number of hosts may be connected. @throws LineError once unplugged */
  connect(): ByteChannel
}

export function memoryPort(): MemoryPort {
  const arrivals = new Arrivals()
  const ends = new Set<ByteChannel>()
  let open = true
  return {
    kind: 'memory',
    connect() {
      if (!open) throw new LineError('not-found', 'the fob has been unplugged: plug it into a new memory port')
      const [fobEnd, hostEnd] = memoryCable()
      ends.add(fobEnd)
      fobEnd.onClose(() => ends.delete(fobEnd))
      arrivals.add(fobEnd)
      return hostEnd
    },
    onConnect: listener => arrivals.onConnect(listener),
    close() {
      open = false
      for (const end of [...ends]) end.close()
    },
  }
}

/** Two ends of one cable. */
export function memoryCable(): [ByteChannel, ByteChannel] {
  return CableEnd.pair()
}

class CableEnd implements ByteChannel {
  #peer: CableEnd = this
  readonly #listeners: ((bytes: Uint8Array) => void)[] = []
  readonly #unread: Uint8Array[] = []
  #unreadLength = 0
  readonly #closing = new Closing()

  static pair(): [CableEnd, CableEnd] {
    const [a, b] = [new CableEnd(), new CableEnd()]
    a.#peer = b
    b.#peer = a
    return [a, b]
  }

  write(bytes: Uint8Array): void {
    if (this.#closing.happened) return
    // A copy, as any other cable makes: the writer may use its buffer again.
    const piece = bytes.slice()
    queueMicrotask(() => this.#peer.#receive(piece))
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener)
    queueMicrotask(() => this.#deliver())
  }

  onClose(listener: () => void): void {
    this.#closing.onClose(listener)
  }

  close(): void {
    if (this.#closing.happened) return
    this.#closing.happen()
    // After the bytes that are already on their way.
    queueMicrotask(() => this.#peer.close())
  }

  #receive(piece: Uint8Array): void {
    this.#unread.push(piece)
    this.#unreadLength += piece.length
    this.#deliver()
    if (this.#unreadLength > maxUnreadLength) this.close()
  }

  #deliver(): void {
    if (this.#listeners.length === 0) return
    for (let piece = this.#unread.shift(); piece !== undefined; piece = this.#unread.shift()) {
      this.#unreadLength -= piece.length
      for (const listener of this.#listeners) if (!this.#closing.happened) listener(piece)
    }
  }
}
