/** The only chance that anything here sees: the operating system's, or a stream that one seed determines. */

import { createCipheriv, createHash, randomBytes } from 'node:crypto'

export interface Entropy {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array
}

export const systemEntropy: Entropy = { bytes: length => randomBytes(length) }

/**
 * Reproducible randomness for a lab: the AES-256-CTR key stream under SHA-256 of the seed.
 * Never for a seed that guards anything.
 */
export function seededEntropy(seed: string | number): Entropy {
  const stream = createCipheriv(
    'aes-256-ctr',
    createHash('sha256').update(`softfob/${seed}`).digest(),
    Buffer.alloc(16),
  )
  return { bytes: length => stream.update(Buffer.alloc(length)) }
}

/** An integer from 0 up to, not including, `bound` (at most 2³²), without bias worth a name (below 2⁻¹⁶). */
export function randomBelow(entropy: Entropy, bound: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = entropy.bytes(6)
  const value = ((a << 16) | (b << 8) | c) * 2 ** 24 + ((d << 16) | (e << 8) | f)
  return value % bound
}
