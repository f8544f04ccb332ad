import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DrawerError } from '../../../firmware-sim/drawer/drawer-error.ts'
import { decodeFobFile, decodeFobHead, encodeFobFile } from '../../../firmware-sim/drawer/fob-file.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { benchFob } from '../wired-host.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const snapshot = benchFob({ kind: 'HOTP' }).fob.snapshot(key)
const text = encodeFobFile('alice', snapshot, key, seededEntropy(1))
const path = '/drawer/alice.fob'

function codeOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (!(error instanceof DrawerError)) throw error
    expect(error.message).toContain(path)
    expect(error.message).not.toContain('\n')
    return error.code
  }
  return 'none'
}

test('what was written is read back', () => {
  expect(decodeFobFile(text, path, key)).toEqual(snapshot)
})

test('its head can be read by anybody, and holds no more than this', () => {
  expect(decodeFobHead(text, path)).toEqual({
    softfob: 'fob',
    version: 1,
    name: 'alice',
    serialNumber: 'GAHT12345678',
    kind: 'HOTP',
  })
  expect(Object.keys(JSON.parse(text))).toEqual(['softfob', 'version', 'name', 'serialNumber', 'kind', 'box'])
})

test('one snapshot is another file each time', () => {
  const entropy = seededEntropy(1)
  expect(encodeFobFile('alice', snapshot, key, entropy)).not.toBe(encodeFobFile('alice', snapshot, key, entropy))
})

describe('refused as damaged', () => {
  test('cut short at any byte', () => {
    for (let length = 0; length < text.length; length++) {
      const read = codeOf(() => decodeFobFile(text.slice(0, length), path, key))
      if (read !== 'damaged') expect.fail(`cut to ${length} bytes: ${read}`)
    }
  })

  test('with any byte changed, to any neighbour of it or to what base 64 takes for the same', () => {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      const lookalikes = [...'+/-_ A=\n'].map(character => character.charCodeAt(0))
      for (const other of [byte ^ 1, byte ^ 2, byte ^ 0x20, byte ^ 0x80, ...lookalikes]) {
        if (other === byte) continue
        bytes[at] = other
        const read = codeOf(() => decodeFobFile(bytes.toString(), path, key))
        if (!['damaged', 'other-version'].includes(read)) expect.fail(`byte ${at} changed to ${other}: ${read}`)
      }
      bytes[at] = byte
    }
  })

  test.each([
    ['something behind it', `${text}\n`],
    ['its fields in another order', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))],
    ['a field more', text.replace('{', '{"note":"",')],
    ['another name', text.replace('alice', 'bobby')],
    ['another kind', text.replace('HOTP', 'TOTP')],
    ['another serial number', text.replace('GAHT12345678', 'GAHT12345679')],
    ['nothing in its box', text.replace(/"box":"[^"]*"/, '"box":""')],
    ['no box', text.replace(/,"box":"[^"]*"/, '')],
    ['another document', '{"hello":"world"}\n'],
    ['no object', 'null\n'],
  ])('with %s', (_, changed) => {
    expect(codeOf(() => decodeFobFile(changed, path, key))).toBe('damaged')
  })

  test('under another key, and the message names the key file', () => {
    const read = () => decodeFobFile(text, path, createSecretKey(Buffer.alloc(32, 2)))
    expect(codeOf(read)).toBe('damaged')
    expect(read).toThrow('SOFTFOB_KEY_FILE')
  })
})

test.each([0, 2, '"1"', null])('version %s is refused as such, whatever else is in the file', version => {
  const other = text.replace('"version":1', `"version":${version}`)
  expect(codeOf(() => decodeFobFile(other, path, key))).toBe('other-version')
  expect(codeOf(() => decodeFobHead(other, path))).toBe('other-version')
})
