/** Whatever went wrong, as the one line that a person is told. */

import { dirname } from 'node:path'
import { withoutSecret } from '../../protocol/oath/without-secret.ts'
import type { Paths } from './surroundings.ts'

/** An argument that somebody pasted by mistake may be a whole file. */
const longest = 1000

export function oneLine(error: unknown, { drawer }: Paths): string {
  const message = error instanceof Error ? error.message : String(error)
  const cure = isAboutFile(error)
    ? `: see that ${dirname(drawer)} is a folder of yours with room on its disk, or set SOFTFOB_HOME to another`
    : ''
  return shorten(withoutSecret(message).replace(/\p{Cc}+/gu, ' ') + cure)
}

/** A bare error of the file system or of SQLite says what happened, and not what to do. */
function isAboutFile(error: unknown): boolean {
  return error instanceof Error && (('syscall' in error && 'path' in error) || 'errcode' in error)
}

/** What to do stands at the end of a line, so it is the middle that goes. */
function shorten(line: string): string {
  return line.length <= longest ? line : `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`
}
