/** Writes as every store takes them: checked, and each value as its JSON. */

import type { Page, Write } from './store.ts'

export interface EncodedWrite {
  readonly key: string
  readonly expects: number
  /** Undefined removes the document. */
  readonly json: string | undefined
}

export function encodeWrites(writes: readonly Write[]): EncodedWrite[] {
  const keys = new Set(writes.map(({ key }) => key))
  if (keys.size < writes.length) throw new RangeError('a commit writes each document once')
  return writes.map(({ key, expects, value }) => {
    // In ASCII every store and language sorts alike.
    if (!/^[!-~]+$/.test(key))
      throw new RangeError(`a key is printable ASCII without spaces, not ${JSON.stringify(key)}`)
    return { key, expects, json: value === undefined ? undefined : encode(key, value) }
  })
}

function encode(key: string, value: unknown): string {
  // Its declared type forgets that a function has no JSON.
  const json: string | undefined = JSON.stringify(value)
  if (json === undefined) throw new TypeError(`the value of ${key} is not JSON`)
  return json
}

export function checkPage({ limit }: Page): void {
  if (!(Number.isSafeInteger(limit) && limit >= 1)) throw new RangeError(`limit must be 1 or more, not ${limit}`)
}
