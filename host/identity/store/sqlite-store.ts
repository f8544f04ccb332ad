/**
 * A store in one SQLite file (node:sqlite), which several processes may use at once.
 * A commit is on the disk when it resolves (sqlite.org/wal.html, `synchronous=FULL`); those of one turn share a transaction.
 */

import { closeSync, existsSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Duration, toUs } from '../../../protocol/time/duration.ts'
import { settled } from '../../../protocol/time/settled.ts'
import { checkPage, type EncodedWrite, encodeWrites } from './encoded-write.ts'
import { prepareSchema } from './sqlite-schema.ts'
import type { CommitResult, Document, Key, Listing, Page, Store, Write } from './store.ts'
import { storeError } from './store-error.ts'

export interface SqliteStoreOptions {
  /** How long a commit waits while other processes write; 10 s. */
  readonly patience?: Duration
  /** How large the file may grow, in bytes; by default as large as the disk allows. */
  readonly maxBytes?: number
}

/**
 * Opens a store, or makes one where there is no file, for its owner's eyes only.
 * @throws StoreError when the file is none of ours, of another version, damaged, or can't be opened.
 */
export async function openSqliteStore(file: string, options: SqliteStoreOptions = {}): Promise<Store> {
  // Absolute, or SQLite would take `:memory:` and `file:…` for something else.
  const path = resolve(file)
  const { patience = { seconds: 10 }, maxBytes } = options
  // Loaded here, for on some versions of Node its mere import prints a warning.
  const { DatabaseSync } = await import('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    // SQLite would give the file the mode of the umask.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
    database = new DatabaseSync(path, { timeout: toUs(patience) / 1000 })
    prepareSchema(database, path)
    // A Mac's plain fsync ends in the drive's cache.
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON')
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageLength)}`)
    return new SqliteStore(path, database)
  } catch (error) {
    database?.close()
    throw storeError(error, path)
  }
}

/** SQLite's own choice. */
const pageLength = 4096

interface Waiting {
  readonly writes: readonly EncodedWrite[]
  readonly resolve: (result: CommitResult) => void
  readonly reject: (error: unknown) => void
}

class SqliteStore implements Store {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepareStatements>
  #waiting: Waiting[] = []

  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  async get<Value>(key: Key<Value>): Promise<Document<Value> | undefined> {
    const row = this.#try(() => this.#statements.get.get(key))
    return row && decode<Value>(row)
  }

  async list<Value>(prefix: Key<Value>, page: Page): Promise<Listing<Value>> {
    checkPage(page)
    const { limit, after = '' } = page
    // DEL sorts after all that a key may hold. One row more tells whether there is a next page.
    const rows = this.#try(() => this.#statements.list.all(prefix, after, `${prefix}\x7f`, limit + 1))
    const documents = rows.slice(0, limit).map(row => decode<Value>(row))
    return { documents, next: rows.length > limit ? documents.at(-1)?.key : undefined }
  }

  async commit(writes: readonly Write[]): Promise<CommitResult> {
    const { promise, resolve, reject } = Promise.withResolvers<CommitResult>()
    this.#waiting.push({ writes: encodeWrites(writes), resolve, reject })
    if (this.#waiting.length === 1) void settled().then(() => this.#flush())
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush()
    this.#database.close()
  }

  /** One transaction for all that wait, so that one flush of the disk serves them all; each keeps an outcome of its own. */
  #flush(): void {
    const batch = this.#waiting
    if (batch.length === 0) return
    this.#waiting = []
    try {
      const results = this.#try(() => this.#transaction(() => batch.map(({ writes }) => this.#apply(writes))))
      for (const [index, result] of results.entries()) batch[index]?.resolve(result)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  #transaction<Result>(body: () => Result): Result {
    const { begin, commit } = this.#statements
    // The lock on writing comes first: what is read under it stays true until the commit.
    begin.run()
    try {
      const result = body()
      commit.run()
      return result
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #rollback(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // SQLite has done so itself, as it does when the disk is full.
    }
  }

  /** All expectations are looked at before anything is written, so that a lost race leaves nothing to undo. */
  #apply(writes: readonly EncodedWrite[]): CommitResult {
    const { version, removed, insert, update, remove, noteRemoved } = this.#statements
    const lost = writes.find(({ key, expects }) => (version.get(key)?.version ?? 0) !== expects)
    if (lost !== undefined) return { result: 'conflict', key: lost.key }
    for (const { key, expects, json } of writes) {
      if (json === undefined) {
        remove.run(key)
        noteRemoved.run(expects)
      } else if (expects === 0) insert.run(key, Number(removed.get()?.highest_version) + 1, json)
      else update.run(expects + 1, json, key)
    }
    return { result: 'committed' }
  }

  #try<Result>(body: () => Result): Result {
    try {
      return body()
    } catch (error) {
      throw storeError(error, this.#path)
    }
  }
}

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql)
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    get: prepare('SELECT key, version, value FROM documents WHERE key = ?'),
    list: prepare(
      'SELECT key, version, value FROM documents WHERE key >= ? AND key > ? AND key < ? ORDER BY key LIMIT ?',
    ),
    version: prepare('SELECT version FROM documents WHERE key = ?'),
    removed: prepare('SELECT highest_version FROM removed'),
    insert: prepare('INSERT INTO documents (key, version, value) VALUES (?, ?, ?)'),
    update: prepare('UPDATE documents SET version = ?, value = ? WHERE key = ?'),
    remove: prepare('DELETE FROM documents WHERE key = ?'),
    noteRemoved: prepare('UPDATE removed SET highest_version = max(highest_version, ?)'),
  }
}

/** The schema is strict: a key and a value are text, a version is an integer. */
function decode<Value>({ key, version, value }: Record<string, unknown>): Document<Value> {
  return { key: String(key), version: Number(version), value: JSON.parse(String(value)) }
}
