/** What a verifier remembers of a TOTP fob's clock: plain data. δ is the device's clock minus the server's, in microseconds. */

/** loUs ≤ δ ≤ hiUs */
export interface Interval {
  readonly loUs: number
  readonly hiUs: number
}

/** Where δ was when the server's clock read `atUs`: as it read, also after it was stepped back. */
export interface Sighting extends Interval {
  readonly atUs: number
}

export interface DriftState extends Sighting {
  /** Start of the ageing allowance. */
  readonly bornAtUs: number
  /** Two old sightings, which the rate is told from. */
  readonly anchors: readonly [older: Sighting, newer: Sighting]
  /** The last step that was accepted, −1 before the first. It counts the fob's steps, so no server clock reopens it. */
  readonly lastStep: number
}

/** The state of a fob of which one sighting is all that is known. */
export function firstSeen(sighting: Sighting): DriftState {
  const { loUs, hiUs, atUs } = sighting
  const anchor = { loUs, hiUs, atUs }
  return { ...anchor, bornAtUs: atUs, anchors: [anchor, anchor], lastStep: -1 }
}
