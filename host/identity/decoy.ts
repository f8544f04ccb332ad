/** A device that nobody has: codes for an unknown user or device are tried on it, so that the time taken tells nothing. */

import type { Entropy } from '../../protocol/time/entropy.ts'
import { firstSeen } from '../verifier/drift-state.ts'
import type { TotpState } from '../verifier/entry.ts'
import { freshThrottle } from '../verifier/throttle.ts'
import type { Device } from './documents.ts'
import type { SeedSealer } from './seed-sealing.ts'

const timeStepSeconds = 30

export function makeDecoy(seeds: SeedSealer, entropy: Entropy): Device {
  const serialNumber = 'decoy'
  const model = { serialNumber, kind: 'TOTP', hash: 'SHA-1', digits: 6, timeStepSeconds, counter: 0 } as const
  return { ...model, importedAtUs: 0, seed: seeds.seal(serialNumber, entropy.bytes(20)) }
}

/** As one that is in daily use. */
export function decoyState(nowUs: number): TotpState {
  return { drift: firstSeen({ loUs: 0, hiUs: timeStepSeconds * 1e6, atUs: nowUs }), throttle: freshThrottle }
}
