/** NOR flash: programming only clears bits, erasing sets a whole page to ones, and power may fail at any byte of either. */

/** The supply failed in the middle of a write. */
export class PowerFailure extends Error {
  constructor() {
    super('the fob lost power in the middle of a write')
    this.name = 'PowerFailure'
  }
}

export class Flash {
  readonly pageSize: number
  readonly #bytes: Uint8Array
  readonly #save: () => void
  #bytesUntilTear = Number.POSITIVE_INFINITY

  /**
   * @param image what it holds, whole pages; a copy is taken
   * @param save called after each write has reached the cells; what it throws, the write throws
   */
  constructor(image: Uint8Array, pageSize: number, save: () => void = () => {}) {
    this.pageSize = pageSize
    this.#bytes = Uint8Array.from(image)
    this.#save = save
  }

  static blank(pages: number, pageSize: number): Uint8Array {
    return new Uint8Array(pages * pageSize).fill(0xff)
  }

  get size(): number {
    return this.#bytes.length
  }

  image(): Uint8Array {
    return this.#bytes.slice()
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, offset + length)
  }

  /** @throws PowerFailure when a tear is due; what `save` throws, for a file that could not be written. */
  program(offset: number, bytes: Uint8Array): void {
    for (const [index, byte] of bytes.entries()) this.#write(offset + index, (this.#bytes[offset + index] ?? 0) & byte)
    this.#save()
  }

  /** Sets the page that holds `offset` to ones. */
  erase(offset: number): void {
    const start = offset - (offset % this.pageSize)
    for (let at = start; at < start + this.pageSize; at++) this.#write(at, 0xff)
    this.#save()
  }

  /** Fault: the supply fails after this many more bytes. */
  tearAfter(bytes: number): void {
    this.#bytesUntilTear = bytes
  }

  #write(at: number, byte: number): void {
    if (this.#bytesUntilTear-- > 0) {
      this.#bytes[at] = byte
      return
    }
    this.#bytesUntilTear = Number.POSITIVE_INFINITY
    throw new PowerFailure()
  }
}
