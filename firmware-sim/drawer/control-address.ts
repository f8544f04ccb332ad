/** Where the process that holds a fob can be reached: a Unix socket in a folder of the user's own, or a named pipe. */

import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { DrawerError } from './drawer-error.ts'

/** @throws DrawerError when the folder belongs to somebody else, who could then pose as the fob. */
export function controlAddress(drawerFolder: string, name: string): string {
  // A socket's path may have 100 characters or so, and a drawer's has no such limit: hence the digest.
  const digest = createHash('sha256').update(resolve(drawerFolder, name)).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\softfob-${digest}`
  const { uid } = userInfo()
  const folder = join(tmpdir(), `softfob-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const owner = lstatSync(folder)
  if (!owner.isDirectory() || owner.uid !== uid || (owner.mode & 0o077) !== 0) {
    throw new DrawerError(
      'foreign-folder',
      `${folder} is not a folder of yours alone: remove it, or set TMPDIR to a folder of your own`,
    )
  }
  return join(folder, digest)
}
