/** What every store promises (`host/identity/store/store.ts`). */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { create, remove, replace, type Store, transact } from '../../host/identity/store/store.ts'

const committed = { result: 'committed' }

export function runStoreContract(name: string, open: () => Store | Promise<Store>): void {
  describe(`${name} is a store`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store[Symbol.asyncDispose]())

    const read = async (key: string) => {
      const document = await store.get(key)
      if (document === undefined) throw new Error(`there is no ${key}`)
      return document
    }

    describeDocuments(() => ({ store, read }))
    describeRaces(() => ({ store, read }))
    describeLists(() => store)
  })
}

interface UnderTest {
  readonly store: Store
  readonly read: (key: string) => Promise<{ key: string; version: number; value: unknown }>
}

function describeDocuments(subject: () => UnderTest): void {
  test('what was never written is not there', async () => {
    expect(await subject().store.get('user/alice')).toBeUndefined()
  })

  test.each([
    ['an object', { a: [1, null, 'ü€😀', { b: true }], '': -0.5 }],
    ['text', 'quotes " and \\ and \u0000 and \n'],
    ['a large integer', Number.MAX_SAFE_INTEGER],
    ['null', null],
    ['a long text', 'x'.repeat(100_000)],
  ])('it gives back %s as it was', async (_, value) => {
    const { store, read } = subject()
    expect(await store.commit([create('any/key', value)])).toEqual(committed)
    expect((await read('any/key')).value).toEqual(value)
  })

  test('neither the writer nor a reader can change what is stored but by a commit', async () => {
    const { store, read } = subject()
    const value = { names: ['a'] }
    await store.commit([create('k', value)])
    value.names.push('b')
    const first = await store.get<{ names: string[] }>('k')
    first?.value.names.push('c')
    expect((await read('k')).value).toEqual({ names: ['a'] })
  })

  test('what is removed is gone, and can be made anew', async () => {
    const { store, read } = subject()
    await store.commit([create('k', 1)])
    expect(await store.commit([remove(await read('k'))])).toEqual(committed)
    expect(await store.get('k')).toBeUndefined()
    expect(await store.commit([create('k', 2)])).toEqual(committed)
    expect((await read('k')).value).toBe(2)
  })

  test.each([
    ['no key', ''],
    ['a space', 'a b'],
    ['a line end', 'a\n'],
    ['a letter beyond ASCII', 'ä'],
  ])('a key with %s is refused', async (_, key) => {
    await expect(subject().store.commit([create(key, 1)])).rejects.toThrow(RangeError)
  })

  test('a commit that writes one document twice, or what is not JSON, is refused as a whole', async () => {
    const { store } = subject()
    await expect(store.commit([create('a', 1), create('b', 1), create('a', 2)])).rejects.toThrow(RangeError)
    await expect(store.commit([create('a', 1), create('b', () => 1)])).rejects.toThrow(TypeError)
    expect(await store.get('a')).toBeUndefined()
  })

  test('an empty commit is committed', async () => {
    expect(await subject().store.commit([])).toEqual(committed)
  })
}

function describeRaces(subject: () => UnderTest): void {
  test('a write on a version that no longer stands is lost, and says on which key', async () => {
    const { store, read } = subject()
    await store.commit([create('k', 'first')])
    const seen = await read('k')
    expect(await store.commit([replace(seen, 'second')])).toEqual(committed)
    expect(await store.commit([replace(seen, 'third')])).toEqual({ result: 'conflict', key: 'k' })
    expect(await store.commit([remove(seen)])).toEqual({ result: 'conflict', key: 'k' })
    expect(await store.commit([create('k', 'anew')])).toEqual({ result: 'conflict', key: 'k' })
    expect((await read('k')).value).toBe('second')
  })

  test('a write on what was removed meanwhile is lost', async () => {
    const { store, read } = subject()
    await store.commit([create('k', 1)])
    const seen = await read('k')
    await store.commit([remove(seen)])
    expect(await store.commit([replace(seen, 2)])).toEqual({ result: 'conflict', key: 'k' })
    expect(await store.get('k')).toBeUndefined()
  })

  test('a version never comes again, even when the document is removed and made anew', async () => {
    const { store, read } = subject()
    const versions: number[] = []
    for (let life = 0; life < 3; life++) {
      await store.commit([create('k', 0)])
      for (let change = 0; change <= life; change++) {
        versions.push((await read('k')).version)
        await store.commit([replace(await read('k'), change)])
      }
      versions.push((await read('k')).version)
      await store.commit([remove(await read('k'))])
    }
    expect(new Set(versions).size).toBe(versions.length)
    expect(Math.min(...versions)).toBeGreaterThan(0)
  })

  test('all of a commit is written or nothing', async () => {
    const { store, read } = subject()
    await store.commit([create('b', 1), create('c', 1)])
    const [b, c] = [await read('b'), await read('c')]
    await store.commit([replace(c, 2)])
    const lost = await store.commit([create('a', 9), replace(b, 9), replace(c, 9)])
    expect(lost).toEqual({ result: 'conflict', key: 'c' })
    expect(await store.get('a')).toBeUndefined()
    expect((await read('b')).value).toBe(1)
    expect((await read('c')).value).toBe(2)
  })

  test('of commits made at once the first wins, and those of other documents are not in its way', async () => {
    const { store, read } = subject()
    const results = await Promise.all([
      store.commit([create('k', 'first'), create('other', 1)]),
      store.commit([create('free', 1)]),
      store.commit([create('k', 'second'), create('not-written', 1)]),
    ])
    expect(results).toEqual([committed, committed, { result: 'conflict', key: 'k' }])
    expect((await read('k')).value).toBe('first')
    expect((await read('free')).value).toBe(1)
    expect(await store.get('not-written')).toBeUndefined()
  })

  test('a hundred that count at once lose no count', async () => {
    const { store, read } = subject()
    await store.commit([create<number>('counter', 0)])
    const count = () =>
      transact(store, async () => {
        const { key, version, value } = await read('counter')
        return { outcome: value, writes: [replace({ key, version, value }, Number(value) + 1)] }
      })
    const seen = await Promise.all(Array.from({ length: 100 }, count))
    expect((await read('counter')).value).toBe(100)
    expect(new Set(seen).size).toBe(100)
  })
}

function describeLists(subject: () => Store): void {
  const keysOf = (listing: { documents: readonly { key: string }[] }) => listing.documents.map(({ key }) => key)

  test('it lists what begins with a prefix, and only that, by key', async () => {
    const keys = ['user/bob', 'user/al', 'user/alice', 'user', 'users/x', 'user.x', 'user/~', 'user/Zoe', 'device/1']
    await subject().commit(keys.map(key => create(key, key)))
    const listing = await subject().list('user/', { limit: 10 })
    expect(keysOf(listing)).toEqual(['user/Zoe', 'user/al', 'user/alice', 'user/bob', 'user/~'])
    expect(listing.documents.map(({ value }) => value)).toEqual(keysOf(listing))
    expect(listing.next).toBeUndefined()
  })

  test.each([1, 2, 3, 7, 8])('pages of %d hold everything once, and the last one says so', async limit => {
    const keys = ['1', '2', '3', '4', '5', '6', '7'].map(name => `n/${name}`)
    await subject().commit(keys.map(key => create(key, 0)))
    const found: string[] = []
    let after: string | undefined
    let pages = 0
    do {
      const listing = await subject().list('n/', { limit, after })
      expect(listing.documents.length).toBeLessThanOrEqual(limit)
      found.push(...keysOf(listing))
      after = listing.next
      pages++
    } while (after !== undefined)
    expect(found).toEqual(keys)
    expect(pages).toBe(Math.ceil(keys.length / limit))
  })

  test('a page goes on behind a key that is gone by then', async () => {
    await subject().commit(['n/1', 'n/3'].map(key => create(key, 0)))
    expect(keysOf(await subject().list('n/', { limit: 5, after: 'n/2' }))).toEqual(['n/3'])
  })

  test('what was removed is not listed', async () => {
    await subject().commit([create('n/1', 0), create('n/2', 0)])
    const [first] = (await subject().list('n/', { limit: 1 })).documents
    if (first !== undefined) await subject().commit([remove(first)])
    expect(keysOf(await subject().list('n/', { limit: 5 }))).toEqual(['n/2'])
  })

  test.each([0, -1, 1.5, Number.NaN])('a page of %d is refused', async limit => {
    await expect(subject().list('n/', { limit })).rejects.toThrow(RangeError)
  })
}
