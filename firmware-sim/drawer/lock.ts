/**
 * A lock between processes that ends with the process, however that ends.
 * It is SQLite's own lock on an empty database: the operating system's, on each of them, and nothing to clean up.
 */

import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export class Lock implements Disposable {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #inode: bigint
  #released = false

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
    // SQLite would give the file the mode of the umask. Only a new one is opened here: POSIX ends all of a process's locks
    // on a file when any descriptor of it is closed.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
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

  /** False once it is released, or its file deleted or replaced: somebody else may then hold a lock of the same name. */
  get held(): boolean {
    return !this.#released && inodeOf(this.#path) === this.#inode
  }

  /** Nothing happens the second time. */
  release(): void {
    if (this.#released) return
    this.#released = true
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
