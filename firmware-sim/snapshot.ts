/** A fob as a document: everything but its seed in the open, its seed in a sealed box. */

import type { KeyParameters } from '../protocol/oath/key-parameters.ts'
import type { BatteryState } from './parts/battery.ts'
import type { Crystal } from './parts/crystal.ts'
import type { RtcAnchor } from './parts/rtc.ts'

export const snapshotVersion = 1

export interface FobSnapshot {
  readonly version: typeof snapshotVersion
  readonly model: string
  readonly serialNumber: string
  readonly key: KeyParameters
  readonly crystal: Crystal
  readonly rtc: RtcAnchor
  readonly battery: BatteryState
  /** base64 of the flash's pages */
  readonly flash: string
  /** base64 of the sealed vault */
  readonly vault: string
}
