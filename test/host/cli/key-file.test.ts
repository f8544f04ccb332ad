import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { keyFor } from '../../../host/cli/key-file.ts'
import { temporaryFile } from '../identity/temporary-folder.ts'

/** A key file with nothing sealed under it beside it. */
const around = (keyFile: string) => ({ keyFile, drawer: `${keyFile}-fobs`, store: `${keyFile}-store.db` })
const hex = (purpose: 'fobs' | 'store', path: string) => keyFor(purpose, around(path)).export().toString('hex')

test('a key is made on first use, for its owner alone, and is the same from then on', () => {
  const path = join(temporaryFile('home'), 'deeper/key')
  const key = hex('fobs', path)
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  expect(hex('fobs', path)).toBe(key)
  expect(readdirSync(dirname(path))).toEqual(['key'])
})

test('each purpose has a key of its own, and none is what stands in the file', () => {
  const path = temporaryFile('key')
  const [fobs, store] = [hex('fobs', path), hex('store', path)]
  expect(fobs).not.toBe(store)
  expect([fobs, store]).not.toContain(readFileSync(path, 'utf8').trim())
})

test('two files hold two keys', () => {
  expect(hex('fobs', temporaryFile('key'))).not.toBe(hex('fobs', temporaryFile('key')))
})

test.each([0o640, 0o604, 0o620])('a file of mode %o is refused, with the cure', mode => {
  const path = temporaryFile('key')
  keyFor('fobs', around(path))
  chmodSync(path, mode)
  expect(() => keyFor('fobs', around(path))).toThrow(`the key file ${path} can be read by others: chmod 600 ${path}`)
})

test.each(['', 'hunter2', 'ab'.repeat(31), 'ab'.repeat(33), 'xy'.repeat(32)])(
  'a file that holds "%s" holds no key; it is left as it is and not repeated',
  text => {
    const path = temporaryFile('key')
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => keyFor('fobs', around(path))).toThrow(
      /^the key file .* holds no key \(64 hexadecimal digits\): put back/,
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  },
)

test('processes that make it at the same time all get the one that stays', async () => {
  const path = temporaryFile('key')
  const processes = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'make-key.ts'), path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface(child.stdout) }
  })
  await Promise.all(processes.map(({ lines }) => once(lines, 'line')))
  const keys = processes.map(({ child, lines }) => {
    child.stdin.write('go')
    return once(lines, 'line').then(([key]) => String(key))
  })
  expect(new Set(await Promise.all(keys))).toEqual(new Set([hex('fobs', path)]))
  expect(readdirSync(dirname(path))).toEqual(['key'])
})

test.each(['drawer', 'store'] as const)(
  'a key that is missing is not made anew beside a %s that is sealed under it',
  what => {
    const paths = around(temporaryFile('key'))
    if (what === 'drawer') mkdirSync(paths.drawer)
    writeFileSync(what === 'drawer' ? join(paths.drawer, 'alice.fob') : paths.store, '')
    expect(() => keyFor('fobs', paths)).toThrow(/^the key file .* is missing, and .* is sealed under it: put it back/)
    expect(existsSync(paths.keyFile)).toBe(false)
  },
)
