/** TOTP: HOTP with time as the counter (RFC 6238). T0 is the Unix epoch, as it is for everybody. */

/** The time step that an instant falls in (RFC 6238 §4.2), both in microseconds. */
export function stepOf(timeUs: number, timeStepUs: number): number {
  return Math.floor(timeUs / timeStepUs)
}
