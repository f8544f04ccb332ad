/** The file of a fob at rest: a legible head, and its snapshot in a sealed box that is bound to that head. */

import type { KeyObject } from 'node:crypto'
import { openBox, sealBox } from '../../protocol/sealing/box.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'
import type { FobSnapshot } from '../snapshot.ts'
import { DrawerError } from './drawer-error.ts'

export const fobFileVersion = 1

export interface FobHead {
  readonly softfob: 'fob'
  readonly version: number
  readonly name: string
  readonly serialNumber: string
  readonly kind: 'TOTP' | 'HOTP'
}

export function encodeFobFile(name: string, snapshot: FobSnapshot, key: KeyObject, entropy: Entropy): string {
  const {
    serialNumber,
    key: { kind },
  } = snapshot
  const head: FobHead = { softfob: 'fob', version: fobFileVersion, name, serialNumber, kind }
  return fileText(head, sealBox(key, JSON.stringify(head), Buffer.from(JSON.stringify(snapshot)), entropy))
}

function fileText(head: FobHead, box: string): string {
  return `${JSON.stringify({ ...head, box })}\n`
}

/** @throws DrawerError for a file that is cut short, changed, of another version, or sealed under another key. */
export function decodeFobFile(text: string, path: string, key: KeyObject): FobSnapshot {
  const { head, box } = split(text, path)
  // Many texts stand for the same document, and this one alone was written.
  if (fileText(head, box) !== text) throw damaged(path, 'it was changed')
  try {
    // What the box holds was written by encodeFobFile of this version, or it would not open.
    return JSON.parse(openBox(key, JSON.stringify(head), box).toString()) as FobSnapshot
  } catch (error) {
    throw new DrawerError(
      'damaged',
      `${path} was changed, or belongs to another key file: put back the file or the key (SOFTFOB_KEY_FILE) it was written with`,
      error,
    )
  }
}

/** Reads the head alone, which anybody can. */
export function decodeFobHead(text: string, path: string): FobHead {
  return split(text, path).head
}

function split(text: string, path: string): { head: FobHead; box: string } {
  const { softfob, version, name, serialNumber, kind, box } = parse(text, path)
  if (softfob !== 'fob') throw damaged(path, 'it is no fob file')
  if (version !== fobFileVersion) {
    throw new DrawerError(
      'other-version',
      `${path} is of version ${String(version)}, and this softfob reads version ${fobFileVersion}: use the softfob that wrote it`,
    )
  }
  if (typeof name !== 'string' || typeof serialNumber !== 'string' || typeof box !== 'string')
    throw damaged(path, 'fields are missing')
  if (kind !== 'TOTP' && kind !== 'HOTP') throw damaged(path, 'its kind is neither TOTP nor HOTP')
  return { head: { softfob, version, name, serialNumber, kind }, box }
}

function parse(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // said below: the parser's own words could quote the file
  }
  throw damaged(path, 'it is cut short or no fob file')
}

function damaged(path: string, why: string): DrawerError {
  return new DrawerError(
    'damaged',
    `${path} can't be read, ${why}: put back a copy of it, or delete it and make the fob anew`,
  )
}
