/** HOTP: an HMAC-based one-time password (RFC 4226). */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-512'
export type Digits = 6 | 7 | 8

/** A secret as the HMAC wants it. A KeyObject hashes several times faster than the same bytes in a Buffer. */
export function secretKey(secret: Uint8Array): KeyObject {
  return createSecretKey(secret)
}

/**
 * HMAC over the counter as eight bytes, big-endian (RFC 4226 §5.2; RFC 6238 §1.2 for SHA-256 and SHA-512).
 * @param counter a safe integer, 0 or more
 */
export function counterHmac(key: KeyObject, counter: number, hash: Hash): Buffer {
  if (!Number.isSafeInteger(counter) || counter < 0)
    throw new RangeError(`counter must be a safe integer ≥ 0, not ${counter}`)
  const message = Buffer.allocUnsafe(8)
  message.writeUInt32BE(Math.floor(counter / 2 ** 32), 0)
  message.writeUInt32BE(counter % 2 ** 32, 4)
  return createHmac(hash, key).update(message).digest()
}

/** Dynamic truncation (RFC 4226 §5.3) and the decimal code, with its leading zeros. */
export function truncate(digest: Buffer, digits: Digits): string {
  const offset = digest.readUInt8(digest.length - 1) & 0xf
  const value = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(value % 10 ** digits).padStart(digits, '0')
}

/** The code of a counter: `digits` decimal digits. */
export function hotp(key: KeyObject, counter: number, hash: Hash = 'SHA-1', digits: Digits = 6): string {
  return truncate(counterHmac(key, counter, hash), digits)
}
