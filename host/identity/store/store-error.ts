/** What goes wrong with a store's file, each with what to do about it. */

export type StoreErrorCode =
  /** A file of another kind, or another program's database. */
  | 'not-a-store'
  | 'other-version'
  /** Cut short or overwritten. */
  | 'damaged'
  /** The disk, or what the file may take of it. */
  | 'full'
  /** Somebody else held the lock for too long. */
  | 'busy'
  /** No permission, no such folder, a disk that fails. */
  | 'unusable'

export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreError'
    this.code = code
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html); all others are a file that can't be used. */
const meanings = new Map<number, { readonly code: StoreErrorCode; readonly advice: string }>([
  [5, { code: 'busy', advice: 'is held by another process: end that one, or try again' }],
  [11, { code: 'damaged', advice: 'is damaged or cut short: put back a copy of it' }],
  [13, { code: 'full', advice: 'has no room to grow, and nothing was written: make room on its disk' }],
  [26, { code: 'not-a-store', advice: 'is not a store: name another file, or one that does not exist yet' }],
])

/** A failure of SQLite or of the file system as a StoreError; anything else as it is. */
export function storeError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error
  const sqliteCode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
  if (sqliteCode === undefined && !('syscall' in error)) return error
  const { code, advice } = meanings.get(sqliteCode ?? 0) ?? {
    code: 'unusable' as const,
    advice: `can't be used (${error.message}): see that its folder exists, may be written to and has room`,
  }
  return new StoreError(code, `${path} ${advice}`, error)
}
