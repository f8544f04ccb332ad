/**
 * The seed's vault: it takes a secret once and answers HMACs, never the secret.
 * Blank → personalised → erased; at rest it is a sealed box.
 */

import { createSecretKey, type KeyObject } from 'node:crypto'
import { counterHmac, type Hash, secretKey } from '../../protocol/oath/hotp.ts'
import { openBox, sealBox } from '../../protocol/sealing/box.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'

export type VaultState = 'blank' | 'personalised' | 'erased'

export class Vault {
  #state: VaultState
  #key: KeyObject | undefined

  private constructor(state: VaultState, key?: KeyObject) {
    this.#state = state
    this.#key = key
  }

  static blank(): Vault {
    return new Vault('blank')
  }

  get state(): VaultState {
    return this.#state
  }

  /** @throws RangeError for an empty secret; Error unless blank. */
  personalise(secret: Uint8Array): void {
    if (this.#state !== 'blank') throw new Error(`a vault takes a secret once, and this one is ${this.#state}`)
    if (secret.length === 0) throw new RangeError('the secret is empty')
    this.#key = secretKey(secret)
    this.#state = 'personalised'
  }

  /** What tampering does. */
  erase(): void {
    this.#key = undefined
    this.#state = 'erased'
  }

  /** @throws Error when there is no secret. */
  hmac(counter: number, hash: Hash): Buffer {
    if (this.#key === undefined) throw new Error(`this vault is ${this.#state}`)
    return counterHmac(this.#key, counter, hash)
  }

  /** The vault at rest: a box bound to `context`, the fob it belongs to. */
  seal(key: KeyObject, context: string, entropy: Entropy): string {
    const secret = this.#key?.export() ?? Buffer.alloc(0)
    return sealBox(key, context, Buffer.concat([Buffer.from(`${this.#state}:`), secret]), entropy)
  }

  /** @throws Error when the key is another one or the box was changed. */
  static unseal(box: string, key: KeyObject, context: string): Vault {
    const body = openBox(key, context, box)
    const colon = body.indexOf(':')
    const state = body.toString('latin1', 0, colon)
    if (state !== 'personalised') return new Vault(state === 'erased' ? 'erased' : 'blank')
    return new Vault('personalised', createSecretKey(body.subarray(colon + 1)))
  }
}
