/**
 * Seeds as the store holds them: each in a sealed box that is bound to its purpose, account, serial number and key version,
 * so that none opens in the place of another.
 */

import type { KeyObject } from 'node:crypto'
import { secretKey } from '../../protocol/oath/hotp.ts'
import { openBox, sealBox } from '../../protocol/sealing/box.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'

/** 32-byte keys by their version. New seeds are sealed under `current`; the others open what they sealed. */
export interface KeyRing {
  readonly current: number
  readonly keys: ReadonlyMap<number, KeyObject>
}

/** A seed at rest: JSON. */
export interface SealedSeed {
  readonly keyVersion: number
  readonly box: string
}

export interface SeedSealerOptions {
  readonly keyRing: KeyRing
  readonly accountId: string
  readonly entropy: Entropy
}

const keyLength = 32

export class SeedSealer {
  readonly #keyRing: KeyRing
  readonly #accountId: string
  readonly #entropy: Entropy

  /** @throws RangeError for a key that is not 32 bytes long, or a ring without its current one. */
  constructor({ keyRing, accountId, entropy }: SeedSealerOptions) {
    for (const [version, { symmetricKeySize = 0 }] of keyRing.keys) {
      if (symmetricKeySize !== keyLength) {
        throw new RangeError(`keyRing: key ${version} has ${symmetricKeySize} bytes, and AES-256 needs ${keyLength}`)
      }
    }
    if (!keyRing.keys.has(keyRing.current)) throw new RangeError(`keyRing: there is no key ${keyRing.current} in it`)
    this.#keyRing = keyRing
    this.#accountId = accountId
    this.#entropy = entropy
  }

  seal(serialNumber: string, secret: Uint8Array): SealedSeed {
    const keyVersion = this.#keyRing.current
    const boundTo = this.#boundTo(serialNumber, keyVersion)
    return { keyVersion, box: sealBox(this.#key(keyVersion), boundTo, secret, this.#entropy) }
  }

  /**
   * The seed, as the key of its HMAC and never as bytes.
   * @throws Error with what to do when its key is missing or another, or the box was changed.
   */
  unseal(serialNumber: string, { keyVersion, box }: SealedSeed): KeyObject {
    const key = this.#key(keyVersion)
    try {
      return secretKey(openBox(key, this.#boundTo(serialNumber, keyVersion), box))
    } catch (error) {
      throw new Error(
        `the seed of ${serialNumber} does not open: use the key file and account that it was sealed with`,
        { cause: error },
      )
    }
  }

  #key(version: number): KeyObject {
    const key = this.#keyRing.keys.get(version)
    if (key === undefined)
      throw new Error(`a seed was sealed under key ${version}: put that key back into the key ring`)
    return key
  }

  #boundTo(serialNumber: string, keyVersion: number): string {
    return JSON.stringify(['softfob/seed', this.#accountId, serialNumber, keyVersion])
  }
}
