/** A store that ends with the process: for labs and tests. */

import { checkPage, encodeWrites } from './encoded-write.ts'
import type { CommitResult, Document, Key, Listing, Page, Store, Write } from './store.ts'

interface Kept {
  readonly version: number
  readonly json: string
}

export class MemoryStore implements Store {
  readonly #documents = new Map<string, Kept>()
  /** The highest version of all that were removed: what is made anew begins above it. */
  #removed = 0

  async get<Value>(key: Key<Value>): Promise<Document<Value> | undefined> {
    const kept = this.#documents.get(key)
    return kept && { key, version: kept.version, value: JSON.parse(kept.json) }
  }

  async list<Value>(prefix: Key<Value>, page: Page): Promise<Listing<Value>> {
    checkPage(page)
    const { limit, after = '' } = page
    const found = [...this.#documents]
      .filter(([key]) => key.startsWith(prefix) && key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    const documents = found
      .slice(0, limit)
      .map(([key, { version, json }]) => ({ key, version, value: JSON.parse(json) }))
    return { documents, next: found.length > limit ? documents.at(-1)?.key : undefined }
  }

  async commit(writes: readonly Write[]): Promise<CommitResult> {
    const encoded = encodeWrites(writes)
    const lost = encoded.find(({ key, expects }) => (this.#documents.get(key)?.version ?? 0) !== expects)
    if (lost !== undefined) return { result: 'conflict', key: lost.key }
    for (const { key, expects, json } of encoded) {
      if (json === undefined) {
        this.#documents.delete(key)
        this.#removed = Math.max(this.#removed, expects)
      } else this.#documents.set(key, { version: (expects || this.#removed) + 1, json })
    }
    return { result: 'committed' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#documents.clear()
  }
}
