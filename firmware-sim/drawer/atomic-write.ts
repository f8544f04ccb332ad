/** Replaces a file whole: after a crash it holds the old text or the new one, never part of either. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** @throws the file system's error; the old file then stands as it was. Durable when it returns. */
export function replaceFile(path: string, text: string): void {
  const fresh = `${path}.new`
  try {
    const file = openSync(fresh, 'w', 0o600)
    try {
      for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(file, rest))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** The rename itself is in the folder. Windows can't open one, and needs no such call. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
