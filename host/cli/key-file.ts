/** The one key on this machine: 32 random bytes in a file of mode 0600, made on first use; a key for each purpose comes of it. */

import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemCode } from '../../protocol/framing/line-error.ts'
import type { Paths } from './surroundings.ts'

const keyLength = 32

/**
 * @param paths the key file, and what is sealed under it: while there is any, a key that is missing is not made anew
 * @throws Error with what to do when the file is missing, when others can read it, or when it holds no key.
 */
export function keyFor(purpose: 'fobs' | 'store', paths: Paths): KeyObject {
  const master = readKey(paths.keyFile) ?? firstKey(paths)
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

function firstKey({ keyFile, drawer, store }: Paths): Buffer {
  const fobs = existsSync(drawer) && readdirSync(drawer).some(file => file.endsWith('.fob'))
  const sealed = fobs ? drawer : existsSync(store) ? store : undefined
  // Somebody else may have made both meanwhile.
  const made = readKey(keyFile)
  if (made !== undefined || sealed === undefined) return made ?? makeKey(keyFile)
  throw new Error(
    `the key file ${keyFile} is missing, and ${sealed} is sealed under it: put it back, or name it in SOFTFOB_KEY_FILE`,
  )
}

/** Two processes may come here at once: whose file is linked first is the key, and both read that one. */
function makeKey(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${randomBytes(keyLength).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  const key = readKey(path)
  if (key === undefined) throw new Error(`the key file ${path} is gone again: see who deletes it`)
  return key
}
