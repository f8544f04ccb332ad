/**
 * A lock between processes that ends with the process, however that ends.
 * It is SQLite's own lock on an empty database: the operating system's, on each of them, and nothing to clean up.
 */

import { closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export class Lock implements Disposable {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #inode: bigint

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#inode = inodeOf(path)
  }

  /**
   * Takes the lock, waiting up to `waitMs` for whoever holds it.
   * @returns undefined when somebody else still holds it
   */
  static take(path: string, waitMs = 0): Lock | undefined {
    // SQLite would give the file the mode of the umask.
    closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { timeout: waitMs })
    try {
      database.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      if (isBusy(error)) return undefined
      throw error
    }
    return new Lock(path, database)
  }

  /** False once the lock file has been deleted or replaced: somebody else may then hold a lock of the same name. */
  get held(): boolean {
    return inodeOf(this.#path) === this.#inode
  }

  release(): void {
    this.#database.close()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n
}

/** SQLITE_BUSY, 5: another process holds it. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
