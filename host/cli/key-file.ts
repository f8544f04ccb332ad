/** The one key on this machine: 32 random bytes in a file of mode 0600, made on first use; a key for each purpose comes of it. */

import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const keyLength = 32

/** @throws Error with what to do when others can read the file, or when it holds no key. */
export function keyFor(purpose: 'fobs' | 'store', path: string): KeyObject {
  const master = readKey(path) ?? makeKey(path)
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `softfob/${purpose}`, keyLength)))
}

function readKey(path: string): Buffer | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return undefined
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    throw new Error(`the key file ${path} can be read by others: chmod 600 ${path}`)
  }
  const text = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Error(
      `the key file ${path} holds no key (64 hexadecimal digits): put back the one that the fobs were sealed under`,
    )
  }
  return Buffer.from(text, 'hex')
}

/** Two processes may come here at once: whose file is linked first is the key, and both read that one. */
function makeKey(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${randomBytes(keyLength).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  const key = readKey(path)
  if (key === undefined) throw new Error(`the key file ${path} is gone again: see who deletes it`)
  return key
}
