/** The identity service: users, their MFA devices, and sign-in with a code. It knows no wire; whatever is refused is a value. */

import type { Clock } from '../../protocol/time/clock.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'
import { AuditLog, listDecisions } from './audit.ts'
import type { IdentityCore, IdentityPolicy } from './core.ts'
import { makeDecoy } from './decoy.ts'
import { type DeactivateRequest, deactivateMfaDevice, type EnableRequest, enableMfaDevice } from './enabling.ts'
import { FairQueue } from './fair-queue.ts'
import {
  type DeviceSeed,
  deleteMfaDevice,
  getMfaDevice,
  importDevice,
  listAllMfaDevices,
  listMfaDevices,
} from './mfa-devices.ts'
import { type KeyRing, SeedSealer } from './seed-sealing.ts'
import type { Page, Store } from './store/store.ts'
import { createUser, deleteUser, getUser, listUsers } from './users.ts'
import { type ResyncRequest, resyncMfaDevice, type VerifyRequest, verify } from './verification.ts'

export interface IdentityServiceOptions {
  /** Closed by whoever opened it. Services in several processes may share one. */
  readonly store: Store
  readonly clock: Clock
  readonly entropy: Entropy
  /** Seals the seeds in the store. */
  readonly keyRing: KeyRing
  /** Twelve digits. A sealed seed opens in no other account. */
  readonly accountId: string
  readonly policy?: IdentityPolicy
}

export class IdentityService {
  readonly accountId: string
  readonly #core: IdentityCore

  /** @throws RangeError for an account ID that is not twelve digits, or a key ring that can't seal. */
  constructor({ store, clock, entropy, keyRing, accountId, policy = {} }: IdentityServiceOptions) {
    if (!/^\d{12}$/.test(accountId)) throw new RangeError(`accountId must be twelve digits, not ${accountId}`)
    const seeds = new SeedSealer({ keyRing, accountId, entropy })
    const audit = new AuditLog(entropy)
    this.accountId = accountId
    this.#core = { store, clock, seeds, audit, queue: new FairQueue(), policy, decoy: makeDecoy(seeds, entropy) }
  }

  createUser = (userName: string) => createUser(this.#core, userName)
  getUser = (userName: string) => getUser(this.#core, userName)
  listUsers = (page: Page) => listUsers(this.#core, page)
  deleteUser = (userName: string) => deleteUser(this.#core, userName)

  importDevice = (seed: DeviceSeed) => importDevice(this.#core, seed)
  getMfaDevice = (serialNumber: string) => getMfaDevice(this.#core, serialNumber)
  listMfaDevices = (userName: string) => listMfaDevices(this.#core, userName)
  listAllMfaDevices = (page: Page) => listAllMfaDevices(this.#core, page)
  deleteMfaDevice = (serialNumber: string) => deleteMfaDevice(this.#core, serialNumber)

  enableMfaDevice = (request: EnableRequest) => enableMfaDevice(this.#core, request)
  resyncMfaDevice = (request: ResyncRequest) => resyncMfaDevice(this.#core, request)
  deactivateMfaDevice = (request: DeactivateRequest) => deactivateMfaDevice(this.#core, request)

  verify = (request: VerifyRequest) => verify(this.#core, request)
  listDecisions = (page: Page) => listDecisions(this.#core.store, page)
}
