import { spawn } from 'node:child_process'
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openSqliteStore } from '../../../../host/identity/store/sqlite-store.ts'
import { create, replace } from '../../../../host/identity/store/store.ts'
import { runStoreContract } from '../../../contract/store-contract.ts'
import { temporaryFile } from '../temporary-folder.ts'

runStoreContract('SqliteStore', () => openSqliteStore(temporaryFile('store')))

const someKeys = Array.from({ length: 500 }, (_, index) => `k/${String(index).padStart(3, '0')}`)

async function writtenStore(): Promise<string> {
  const path = temporaryFile('store')
  await using store = await openSqliteStore(path)
  await store.commit(someKeys.map(key => create(key, 'x'.repeat(200))))
  return path
}

const oneLine = (start: string) =>
  expect.objectContaining({ message: expect.stringMatching(new RegExp(`^${start}.*$`)) })

test('what was committed is there when the file is opened again', async () => {
  const path = await writtenStore()
  await using again = await openSqliteStore(path)
  expect((await again.list('k/', { limit: 1000 })).documents).toHaveLength(500)
})

test('what was committed is there though the process never closed the file', async () => {
  const path = temporaryFile('store')
  await using store = await openSqliteStore(path)
  await store.commit([create('k', 1)])
  const copy = temporaryFile('copy')
  copyFileSync(path, copy)
  copyFileSync(`${path}-wal`, `${copy}-wal`)
  await using recovered = await openSqliteStore(copy)
  expect((await recovered.get('k'))?.value).toBe(1)
})

test('a commit that is under way is written before the store is closed', async () => {
  const path = temporaryFile('store')
  const store = await openSqliteStore(path)
  const pending = store.commit([create('k', 1)])
  await store[Symbol.asyncDispose]()
  expect(await pending).toEqual({ result: 'committed' })
  await using again = await openSqliteStore(path)
  expect((await again.get('k'))?.value).toBe(1)
})

test('a new file can be read by its owner alone', async () => {
  const path = await writtenStore()
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('of two that have the file open the slower one loses, and sees what the faster one wrote', async () => {
  const path = temporaryFile('store')
  await using here = await openSqliteStore(path)
  await using there = await openSqliteStore(path)
  await here.commit([create('k', 0)])
  const seen = await there.get('k')
  if (seen === undefined) throw new Error('there is no k')
  const results = await Promise.all([here.commit([replace(seen, 'here')]), there.commit([replace(seen, 'there')])])
  expect(results).toEqual([{ result: 'committed' }, { result: 'conflict', key: 'k' }])
  expect((await there.get('k'))?.value).toBe('here')
})

test('eight processes that make one file at the same moment count without losing a count', async () => {
  const path = temporaryFile('store')
  const script = join(import.meta.dirname, 'count-process.ts')
  const children = Array.from({ length: 8 }, () => spawn(process.execPath, [script, path, '25'], { stdio: 'pipe' }))
  const ends = children.map(async child => {
    let complaints = ''
    child.stderr.on('data', chunk => {
      complaints += chunk
    })
    const code = await new Promise(resolve => child.on('close', resolve))
    return code === 0 ? 'counted' : complaints
  })
  expect(await Promise.all(ends)).toEqual(children.map(() => 'counted'))
  await using store = await openSqliteStore(path)
  expect((await store.get('counter'))?.value).toBe(200)
}, 60_000)

test('a full disk rejects a commit in one line and leaves nothing of it, and the store goes on', async () => {
  const path = temporaryFile('store')
  await using store = await openSqliteStore(path, { maxBytes: 100_000 })
  await store.commit([create('small', 1)])
  const large = someKeys.map(key => create(key, 'x'.repeat(1000)))
  await expect(store.commit(large)).rejects.toEqual(
    oneLine(`${path} has no room to grow, and nothing was written: make`),
  )
  await expect(store.commit(large)).rejects.toMatchObject({ code: 'full' })
  expect((await store.list('k/', { limit: 10 })).documents).toEqual([])
  expect(await store.commit([create('also-small', 1)])).toEqual({ result: 'committed' })
  expect((await store.get('small'))?.value).toBe(1)
})

test('a file that another process keeps locked is said to be busy', async () => {
  const path = await writtenStore()
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await using store = await openSqliteStore(path, { patience: { milliseconds: 1 } })
  await expect(store.commit([create('new', 1)])).rejects.toEqual(oneLine(`${path} is held by another process: end`))
  expect((await store.get('k/000'))?.version).toBe(1)
  other.close()
  expect(await store.commit([create('new', 1)])).toEqual({ result: 'committed' })
})

test.each([
  ['a text', 'Dear all, this is a letter and by no means a database, although it is longer than the header of one. '],
  ['a short text', 'hello'],
])('%s is refused, and left as it is', async (_, text) => {
  const path = temporaryFile('letter')
  writeFileSync(path, text)
  await expect(openSqliteStore(path)).rejects.toEqual(oneLine(`${path} is not a store: name another file`))
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test.each([100, 4096, 5000, 40_960])('a file cut to %d bytes is refused, and left as it is', async length => {
  const path = await writtenStore()
  const cut = readFileSync(path).subarray(0, length)
  writeFileSync(path, cut)
  await expect(openSqliteStore(path)).rejects.toEqual(oneLine(`${path} is damaged or cut short: put back`))
  expect(readFileSync(path).equals(cut)).toBe(true)
})

test('the database of another program is refused, and left as it is', async () => {
  const path = temporaryFile('other')
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE documents (key TEXT)')
  other.close()
  const before = readFileSync(path)
  await expect(openSqliteStore(path)).rejects.toEqual(oneLine(`${path} is the database of another program: name`))
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a store of another version is refused in one line that says what to do', async () => {
  const path = await writtenStore()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 2')
  database.close()
  await expect(openSqliteStore(path)).rejects.toEqual(
    oneLine(`${path} is of version 2, and this softfob reads version 1: use`),
  )
})

test.each([
  ['a folder that is not there', () => join(temporaryFile('none'), 'store')],
  ['a folder in the place of the file', () => join(temporaryFile('none'), '..')],
])('%s is refused in one line that says what to do', async (_, place) => {
  await expect(openSqliteStore(place())).rejects.toMatchObject({
    code: 'unusable',
    message: expect.stringMatching(
      /^.* can't be used \(.*\): see that its folder exists, may be written to and has room$/,
    ),
  })
})
