/** A lab: fobs, users and the identity service on one clock that the tester moves. Nothing in it waits for real time. */

import { createSecretKey } from 'node:crypto'
import { createFob, type FobOptions } from '../../firmware-sim/create-fob.ts'
import type { Fob } from '../../firmware-sim/fob.ts'
import { decodeBase32 } from '../../protocol/oath/base32.ts'
import type { AdjustableClock } from '../../protocol/time/clock.ts'
import { type Entropy, seededEntropy, systemEntropy } from '../../protocol/time/entropy.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'
import { IdentityService } from '../identity/identity-service.ts'
import { MemoryStore } from '../identity/store/memory-store.ts'
import { LabUser } from './lab-user.ts'
import { seedOf } from './seed-of.ts'

export interface LabOptions {
  /** Makes all chance in the lab reproducible, and its clock start at the same instant each time. */
  readonly seed?: string | number
  /** By default a virtual clock that starts now (with a seed, at 2026-01-01T00:00Z) and moves only when it is told to. */
  readonly clock?: AdjustableClock
}

const seededStartUs = 1_767_225_600_000_000

/** An empty lab; dispose of it when done: `await using lab = await createLab()`. */
export async function createLab({ seed, clock }: LabOptions = {}): Promise<Lab> {
  const startUs = seed === undefined ? systemClock.nowUs() : seededStartUs
  return new Lab(clock ?? new VirtualClock(startUs), seed === undefined ? systemEntropy : seededEntropy(seed))
}

export class Lab implements AsyncDisposable {
  readonly clock: AdjustableClock
  readonly entropy: Entropy
  /** It holds the seeds of the lab's fobs, as a vendor would have delivered them. */
  readonly service: IdentityService
  readonly #fobs: Fob[] = []

  constructor(clock: AdjustableClock, entropy: Entropy) {
    this.clock = clock
    this.entropy = entropy
    const keyRing = { current: 1, keys: new Map([[1, createSecretKey(entropy.bytes(32))]]) }
    this.service = new IdentityService({ store: new MemoryStore(), clock, entropy, keyRing, accountId: '000000000000' })
  }

  /** A user without a device. */
  async addUser(name: string): Promise<LabUser> {
    granted(await this.service.createUser(name))
    return new LabUser(name, this)
  }

  /** A fob whose seed the service holds, and which nobody has registered yet. */
  async addFob(options: Omit<FobOptions, 'clock' | 'entropy'> = {}): Promise<Fob> {
    const { clock, entropy } = this
    const secret =
      typeof options.secret === 'string' ? decodeBase32(options.secret) : (options.secret ?? entropy.bytes(20))
    const fob = createFob({ ...options, secret, clock, entropy })
    granted(await this.service.importDevice(seedOf(fob, secret, options.crystal)))
    this.#fobs.push(fob)
    return fob
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const fob of this.#fobs) await fob[Symbol.asyncDispose]()
  }
}

/** A test that goes on after its set-up was refused would fail somewhere else. @throws Error with the service's sentence */
function granted(outcome: { readonly result: string; readonly explanation?: string }): void {
  if (outcome.result === 'rejected') throw new Error(outcome.explanation)
}
