/** What all parts of the identity service share. */

import type { Clock } from '../../protocol/time/clock.ts'
import type { HotpPolicyOptions, TotpPolicyOptions } from '../verifier/entry.ts'
import type { AuditLog } from './audit.ts'
import type { Device } from './documents.ts'
import type { FairQueue } from './fair-queue.ts'
import type { SeedSealer } from './seed-sealing.ts'
import type { Store } from './store/store.ts'

export interface IdentityCore {
  readonly store: Store
  /** Codes, budgets and records run on it. */
  readonly clock: Clock
  readonly seeds: SeedSealer
  readonly audit: AuditLog
  readonly queue: FairQueue
  readonly policy: IdentityPolicy
  /** Stands in for what is unknown. */
  readonly decoy: Device
}

/** How far the fobs are believed; a device's own time step and crystal come before what stands here. */
export interface IdentityPolicy {
  readonly totp?: TotpPolicyOptions
  readonly hotp?: HotpPolicyOptions
}
