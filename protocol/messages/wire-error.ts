/** What a decoder throws, and nothing else: malformed data from the other end of a cable. */

export type WireErrorCode =
  | 'too-short'
  | 'too-long'
  | 'unknown-type'
  | 'unknown-opcode'
  | 'not-canonical'
  | 'not-a-map'
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-value'

export class WireError extends Error {
  readonly code: WireErrorCode
  /** Byte offset in the message at which the fault was found. */
  readonly offset: number
  /** The field at fault, as `getCode.response.code`; empty when it is the message itself. */
  readonly path: string

  constructor(code: WireErrorCode, offset: number, path: string, detail: string) {
    super(`${path === '' ? 'message' : path}: ${detail} (${code} at byte ${offset})`)
    this.name = 'WireError'
    this.code = code
    this.offset = offset
    this.path = path
  }
}
