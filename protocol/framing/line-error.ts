/** Why a line could not be opened, at either end of the cable; the message is one line that says what to do. */

export type LineErrorCode =
  /** Another program has it. */
  | 'taken'
  /** There is no such path, or nobody listens there. */
  | 'not-found'
  | 'denied'
  /** This machine or this installation has nothing to open it with. */
  | 'unsupported'
  | 'failed'

export class LineError extends Error {
  readonly code: LineErrorCode

  constructor(code: LineErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'LineError'
    this.code = code
  }
}

/** The operating system's name for an error, such as ENOENT; empty where there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
