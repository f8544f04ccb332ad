/** A product as data: what one fob of it has that another product's has not. */

export interface FobModel {
  readonly name: string
  readonly firmware: string
  /** Beginning of its serial numbers, as in `GAHT12345678`. */
  readonly serialPrefix: string
  /** How long a display stays lit: at least this, and for TOTP until the step of the code has ended. */
  readonly leastDisplaySeconds: number
  /** HOTP: how long a code is shown. */
  readonly displaySeconds: number
  readonly holdSeconds: number
  /** A second edge of the button within this time is its contact bouncing. */
  readonly debounceMs: number
  readonly battery: { readonly capacityMah: number; readonly idleUa: number; readonly litUa: number }
  readonly flash: { readonly pages: 2; readonly pageSize: number }
}
