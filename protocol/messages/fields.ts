/** The kinds of value that a message may hold. A field declares its wire form, its check and its type at once. */

export interface Field<T> {
  /** What the value may be, for error messages and the wire vectors. */
  readonly expects: string
  readonly optional: boolean
  accepts(value: unknown): value is T
}

function field<T>(expects: string, accepts: (value: unknown) => value is T): Field<T> {
  return { expects, optional: false, accepts }
}

/** An unsigned integer up to `max`, inclusive. */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return field(`an unsigned integer up to ${max}`, (value): value is number => {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
  })
}

/** UTF-8 text of at most `maxLength` UTF-16 units. */
export function text(maxLength: number): Field<string> {
  return field(`text of at most ${maxLength} characters`, (value): value is string => {
    return typeof value === 'string' && value.length <= maxLength
  })
}

/** One of a closed list of words, as text. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
  return field(`one of ${words.join(', ')}`, (value): value is W => words.some(word => word === value))
}

export const flag: Field<boolean> = field('true or false', (value): value is boolean => typeof value === 'boolean')

/** Present only when it applies. */
export function optional<T>(inner: Field<T>): Field<T | undefined> {
  return { expects: inner.expects, optional: true, accepts: (value): value is T | undefined => inner.accepts(value) }
}

/** The body of a message: each field with its key in the CBOR map. */
export type Body = { readonly [name: string]: readonly [key: number, field: Field<unknown>] }

/** The values of a body, by field name. */
export type ValuesOf<B extends Body> = {
  readonly [N in keyof B as undefined extends ValueOf<B[N]> ? never : N]: ValueOf<B[N]>
} & {
  readonly [N in keyof B as undefined extends ValueOf<B[N]> ? N : never]?: ValueOf<B[N]>
}

type ValueOf<Entry> = Entry extends readonly [number, Field<infer T>] ? T : never
