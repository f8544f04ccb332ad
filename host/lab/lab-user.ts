/** A user of a lab: registers fobs and signs in with what they show. */

import type { Fob } from '../../firmware-sim/fob.ts'
import { memoryPort } from '../../firmware-sim/transport/memory.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { type AdjustableClock, passTime } from '../../protocol/time/clock.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'
import { FobClient } from '../fob-client.ts'
import type { IdentityService } from '../identity/identity-service.ts'
import type { VerifyOutcome } from '../identity/verify-outcome.ts'
import { registerFob } from '../registration/register-fob.ts'
import { connectMemory } from '../transport/memory.ts'

/** What a user needs of the lab. */
export interface LabParts {
  readonly clock: AdjustableClock
  readonly entropy: Entropy
  readonly service: IdentityService
}

export class LabUser {
  readonly name: string
  readonly #lab: LabParts

  constructor(name: string, lab: LabParts) {
    this.name = name
    this.#lab = lab
  }

  /**
   * Plugs the fob in, reads its serial number and two consecutive codes, and enables it; the lab's clock moves to the fob's next step.
   * @throws Error with the service's sentence when it refuses
   */
  async register(fob: Fob): Promise<void> {
    const { clock, entropy, service } = this.#lab
    const port = memoryPort()
    fob.plug(port)
    try {
      const client = new FobClient(serialLink(connectMemory(port)), { entropy })
      await client.hello()
      const { outcome } = await registerFob(client, service, {
        userName: this.name,
        wait: us => passTime(clock, us),
        // Why a press shows nothing, the client is told over the wire.
        onPress: () => void fob.press().catch(() => {}),
      })
      if (outcome.result === 'rejected') throw new Error(outcome.explanation)
    } finally {
      fob.unplug(port)
    }
  }

  /** Signs in with a code. @returns the decision: accepted, or rejected with a reason and a sentence that explains it */
  signIn(code: string): Promise<VerifyOutcome> {
    return this.#lab.service.verify({ userName: this.name, code })
  }
}
