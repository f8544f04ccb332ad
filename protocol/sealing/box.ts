/** A sealed box: AES-256-GCM (NIST SP 800-38D) under a random nonce; base64 of nonce, ciphertext and tag. */

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import type { Entropy } from '../time/entropy.ts'

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** @param boundTo what the box belongs to, such as a serial number: in another's place it does not open. */
export function sealBox(key: KeyObject, boundTo: string, plain: Uint8Array, entropy: Entropy): string {
  const nonce = entropy.bytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(boundTo))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** @throws Error when the key or what it is bound to is another, or the box was changed, be it to base64 of the same bytes. */
export function openBox(key: KeyObject, boundTo: string, box: string): Buffer {
  const bytes = Buffer.from(box, 'base64')
  // Many texts stand for the same bytes, and this one alone was written.
  if (bytes.toString('base64') !== box) throw new Error('the box is not base64 as it was written')
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(-tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()])
}
