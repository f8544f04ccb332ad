/** Where the identity service keeps what it knows: versioned documents, and a commit that loses rather than overwrites. */

// Nothing has this property: it only tells the compiler what lies under a key.
declare const holds: unique symbol

/** A document's name, such as `user/alice`: printable ASCII without spaces. The type says what the document is. */
export type Key<Value = unknown> = string & { readonly [holds]?: Value }

export interface Document<Value = unknown> {
  readonly key: Key<Value>
  /** 1 or more; no version of a key ever comes again, also when the document is removed and made anew. */
  readonly version: number
  /** Whatever JSON can say, and the reader's own copy of it. */
  readonly value: Value
}

export interface Write {
  readonly key: string
  /** The version that must still stand; 0 when there must be none. */
  readonly expects: number
  /** What the document is to be; undefined removes it. */
  readonly value: unknown
}

export interface Page {
  /** At most so many; 1 or more. */
  readonly limit: number
  /** Only what comes after this key. */
  readonly after?: string | undefined
}

export interface Listing<Value = unknown> {
  /** By key. */
  readonly documents: readonly Document<Value>[]
  /** The next page's `after`; undefined at the end. */
  readonly next: string | undefined
}

/** A lost race is a value, and names the first document that is no longer as expected. */
export type CommitResult = { readonly result: 'committed' } | { readonly result: 'conflict'; readonly key: string }

/**
 * Three verbs. One use per step, throttling and uniqueness are all the one compare-and-set in `commit`.
 * Everything rejects with a StoreError when the file or the disk is at fault. Disposed of once what was committed is written.
 */
export interface Store extends AsyncDisposable {
  get<Value>(key: Key<Value>): Promise<Document<Value> | undefined>
  /** The documents whose keys begin so. @throws RangeError for a limit below 1 */
  list<Value>(prefix: Key<Value>, page: Page): Promise<Listing<Value>>
  /**
   * All of the writes or none, and durable when it resolves.
   * @throws RangeError for a key that is none, or that is written twice; TypeError for a value that is not JSON
   */
  commit(writes: readonly Write[]): Promise<CommitResult>
}

export function create<Value>(key: Key<Value>, value: Value): Write {
  return { key, expects: 0, value }
}

export function replace<Value>({ key, version }: Document<Value>, value: Value): Write {
  return { key, expects: version, value }
}

export function remove({ key, version }: Document): Write {
  return { key, expects: version, value: undefined }
}

/** An answer, and what must be written before it is given. */
export interface Settled<Outcome> {
  readonly outcome: Outcome
  readonly writes: readonly Write[]
}

/** Reads, decides and commits; and again whenever somebody else was faster, for then somebody got on. */
export async function transact<Outcome>(store: Store, decide: () => Promise<Settled<Outcome>>): Promise<Outcome> {
  for (;;) {
    const { outcome, writes } = await decide()
    if (writes.length === 0 || (await store.commit(writes)).result === 'committed') return outcome
  }
}
