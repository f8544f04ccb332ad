/** Binary layouts as data: the fields are declared once, and encoder, decoder and type follow from them. */

export interface Field<T> {
  readonly size: number
  put(view: DataView, at: number, value: T, littleEndian: boolean): void
  take(view: DataView, at: number, littleEndian: boolean): T
}

export const u8: Field<number> = {
  size: 1,
  put: (view, at, value) => view.setUint8(at, value),
  take: (view, at) => view.getUint8(at),
}

export const u16: Field<number> = {
  size: 2,
  put: (view, at, value, littleEndian) => view.setUint16(at, value, littleEndian),
  take: (view, at, littleEndian) => view.getUint16(at, littleEndian),
}

export const u32: Field<number> = {
  size: 4,
  put: (view, at, value, littleEndian) => view.setUint32(at, value, littleEndian),
  take: (view, at, littleEndian) => view.getUint32(at, littleEndian),
}

export const i32: Field<number> = {
  size: 4,
  put: (view, at, value, littleEndian) => view.setInt32(at, value, littleEndian),
  take: (view, at, littleEndian) => view.getInt32(at, littleEndian),
}

/** Bytes as they are; fewer are followed by zeros. */
export function bytes(size: number): Field<Uint8Array> {
  return {
    size,
    put: (view, at, value) => new Uint8Array(view.buffer, view.byteOffset + at, size).set(value),
    take: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, size),
  }
}

/** A C string: UTF-8 up to the first NUL, at most `size - 1` bytes of it. */
export function cString(size: number): Field<string> {
  const raw = bytes(size)
  return {
    size,
    put: (view, at, value, littleEndian) => raw.put(view, at, Buffer.from(value).subarray(0, size - 1), littleEndian),
    take(view, at, littleEndian) {
      const field = raw.take(view, at, littleEndian)
      const end = field.indexOf(0)
      return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString()
    },
  }
}

type Fields = Readonly<Record<string, Field<unknown>>>
export type ValuesOf<F extends Fields> = { readonly [N in keyof F]: F[N] extends Field<infer T> ? T : never }

/** What a layout takes and gives. */
export type Decoded<L> = L extends Layout<infer F> ? ValuesOf<F> : never

/** A packed structure: its fields in this order, without gaps. */
export class Layout<F extends Fields> {
  readonly length: number
  readonly #fields: F
  readonly #littleEndian: boolean

  constructor(byteOrder: 'little-endian' | 'big-endian', fields: F) {
    this.#fields = fields
    this.#littleEndian = byteOrder === 'little-endian'
    this.length = Object.values(fields).reduce((length, { size }) => length + size, 0)
  }

  encode(values: ValuesOf<F>): Uint8Array<ArrayBuffer> {
    const encoded = new Uint8Array(this.length)
    this.#walk(encoded, (name, field, view, at) => field.put(view, at, values[name], this.#littleEndian))
    return encoded
  }

  /** @param from at least `length` bytes; what follows them is not read. @throws RangeError for fewer */
  decode(from: Uint8Array): ValuesOf<F> {
    const values: Record<string, unknown> = {}
    this.#walk(from, (name, field, view, at) => {
      values[name] = field.take(view, at, this.#littleEndian)
    })
    // Each name has the value of its own field.
    return values as ValuesOf<F>
  }

  #walk(over: Uint8Array, visit: (name: string, field: Field<unknown>, view: DataView, at: number) => void): void {
    const view = new DataView(over.buffer, over.byteOffset, over.length)
    let at = 0
    for (const [name, field] of Object.entries(this.#fields)) {
      visit(name, field, view, at)
      at += field.size
    }
  }
}
