/**
 * Writes to the master side of a PTY without ever waiting in the kernel. libuv writes to a master in a loop until the other
 * side reads, which with no host there stops the whole process; so this writes itself, and tries again a little later.
 */

import { writeSync } from 'node:fs'
import { systemCode } from '../../protocol/framing/line-error.ts'
import { maxUnreadLength } from '../../protocol/framing/stream-channel.ts'
import type { Alarm, Clock } from '../../protocol/time/clock.ts'

const retryUs = 5000
/** A second without a byte taken: nobody is reading. */
const maxRetries = 200

export class PtyWriter {
  readonly #fd: number
  readonly #clock: Clock
  readonly #onFailure: () => void
  readonly #queue: Uint8Array[] = []
  #length = 0
  #dropped = 0
  #retries = 0
  #alarm: Alarm | undefined
  #stopped = false

  /** @param fd the master, not blocking. @param onFailure called when the line has broken */
  constructor(fd: number, clock: Clock, onFailure: () => void) {
    this.#fd = fd
    this.#clock = clock
    this.#onFailure = onFailure
  }

  /** Bytes thrown away, because nobody had read for a second or because more than 256 KiB were waiting. */
  get dropped(): number {
    return this.#dropped
  }

  write(bytes: Uint8Array): void {
    if (this.#stopped) return
    if (this.#length + bytes.length > maxUnreadLength) {
      this.#dropped += bytes.length
      return
    }
    this.#queue.push(bytes.slice())
    this.#length += bytes.length
    if (this.#alarm === undefined) this.#flush()
  }

  /** No byte is written from now on: the descriptor may soon be another file's. */
  stop(): void {
    this.#stopped = true
    this.#alarm?.clear()
  }

  #flush(): void {
    for (let piece = this.#queue[0]; piece !== undefined; piece = this.#queue[0]) {
      const written = this.#tryWrite(piece)
      if (written === 0) return
      this.#retries = 0
      this.#length -= written
      if (written === piece.length) this.#queue.shift()
      else this.#queue[0] = piece.subarray(written)
    }
  }

  /** @returns 0 when the kernel's buffer is full, or when the line has broken. */
  #tryWrite(piece: Uint8Array): number {
    try {
      return writeSync(this.#fd, piece)
    } catch (error) {
      if (systemCode(error) === 'EAGAIN') this.#retry()
      else this.#onFailure()
      return 0
    }
  }

  #retry(): void {
    if (this.#retries++ === maxRetries) {
      this.#retries = 0
      this.#dropped += this.#length
      this.#length = 0
      this.#queue.length = 0
      return
    }
    this.#alarm = this.#clock.setAlarm(this.#clock.nowUs() + retryUs, () => {
      this.#alarm = undefined
      this.#flush()
    })
  }
}
