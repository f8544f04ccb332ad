/** What goes wrong with a fob at rest, each with what to do about it. */

export type DrawerErrorCode =
  | 'unknown-fob'
  | 'name-taken'
  | 'serial-taken'
  | 'bad-name'
  | 'damaged'
  | 'other-version'
  | 'in-use'
  | 'lost-lock'
  | 'foreign-folder'
  | 'not-written'

export class DrawerError extends Error {
  readonly code: DrawerErrorCode

  constructor(code: DrawerErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DrawerError'
    this.code = code
  }
}
