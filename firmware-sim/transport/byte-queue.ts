/** Bytes that arrived in pieces, taken out by length. */

export class ByteQueue {
  #pieces: Uint8Array[] = []
  #length = 0

  push(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#length += piece.length
  }

  /** @returns the next `length` bytes; undefined, and nothing is taken, when they have not all come */
  take(length: number): Uint8Array | undefined {
    if (this.#length < length) return undefined
    // Joined only when something is taken, so that many small pieces cost no more than a few large ones.
    const [first] = this.#pieces
    const joined = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces)
    this.#length -= length
    this.#pieces = [joined.subarray(length)]
    return joined.subarray(0, length)
  }
}
