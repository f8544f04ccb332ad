/**
 * The seed's vault: it takes a secret once and answers HMACs, never the secret.
 * Blank → personalised → erased; at rest it is a sealed box (AES-256-GCM).
 */

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { counterHmac, type Hash, secretKey } from '../../protocol/oath/hotp.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'

export type VaultState = 'blank' | 'personalised' | 'erased'

const nonceLength = 12
const tagLength = 16

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

  /** The vault at rest: base64 of nonce, ciphertext and tag; `context` (the fob it belongs to) is bound in. */
  seal(key: KeyObject, context: string, entropy: Entropy): string {
    const nonce = entropy.bytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    const secret = this.#key?.export() ?? Buffer.alloc(0)
    const body = Buffer.concat([Buffer.from(`${this.#state}:`), secret])
    return Buffer.concat([nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]).toString('base64')
  }

  /** @throws Error when the key is another one or the box was changed. */
  static unseal(box: string, key: KeyObject, context: string): Vault {
    const bytes = Buffer.from(box, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagLength))
    const body = Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()])
    const colon = body.indexOf(':')
    const state = body.toString('latin1', 0, colon)
    if (state !== 'personalised') return new Vault(state === 'erased' ? 'erased' : 'blank')
    return new Vault('personalised', createSecretKey(body.subarray(colon + 1)))
  }
}
