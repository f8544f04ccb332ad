/** What a vendor delivers with a fob: its seed, its parameters, and how its crystal was measured at the end of the line. */

import type { Fob } from '../../firmware-sim/fob.ts'
import type { CrystalOptions } from '../../firmware-sim/parts/crystal.ts'
import type { DeviceSeed } from '../identity/mfa-devices.ts'

/** How well a vendor measures, in ppm. */
const measuredToPpm = 2
/** A crystal of no name ages so much in its first year. */
const usualAgeingPpm = 3

/** The line of a seed file for a new fob. Nobody can read the secret out of it again: it is the one that the fob was made with. */
export function seedOf(fob: Fob, secret: Uint8Array, { ppm = 0, ageingPpm = 0 }: CrystalOptions = {}): DeviceSeed {
  const crystal = {
    cutPpm: ppm,
    tolerancePpm: measuredToPpm,
    ageingPpmPerYear: Math.max(usualAgeingPpm, Math.abs(ageingPpm)),
  }
  return { ...fob.key, serialNumber: fob.serialNumber, secret, crystal }
}
