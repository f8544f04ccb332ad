/** The audit log: a record of every decision on a code, written in the commit of the decision. Never a code, never a seed. */

import type { Entropy } from '../../protocol/time/entropy.ts'
import { explain, type Finding, type Reason, type StepRange, type Verdict } from '../verifier/entry.ts'
import type { RefusalReason } from './refusal.ts'
import { create, type Key, type Listing, type Page, type Store, type Write } from './store/store.ts'
import { strangersName } from './strangers-name.ts'

export interface DecisionRecord {
  readonly atUs: number
  readonly action: 'sign-in' | 'resync' | 'enable' | 'deactivate'
  readonly userName?: string | undefined
  readonly serialNumber?: string | undefined
  /** Where it came from, as the caller tells sources apart. */
  readonly source?: string | undefined
  readonly result: 'accepted' | 'rejected'
  /** What whoever asked was told. */
  readonly reason?: Reason | undefined
  /** What it was. */
  readonly finding?: Finding | RefusalReason | undefined
  /** The step, or counter, that the code is of, where that was found out. */
  readonly step?: number | undefined
  /** The steps, or counters, that it could have been of. */
  readonly acceptable?: StepRange | undefined
  /** One line for a person. */
  readonly explanation: string
}

const prefix: Key<DecisionRecord> = 'decision/'

export class AuditLog {
  readonly #entropy: Entropy
  #count = 0

  constructor(entropy: Entropy) {
    this.#entropy = entropy
  }

  /** The write that records it. Records sort by time; those of one instant in their order, those of two processes anyhow. */
  record({ userName, serialNumber, ...decision }: DecisionRecord): Write {
    const atUs = String(decision.atUs).padStart(16, '0')
    const count = String(this.#count++).padStart(10, '0')
    const chance = Buffer.from(this.#entropy.bytes(6)).toString('hex')
    const names = { userName: strangersName(userName), serialNumber: strangersName(serialNumber) }
    return create<DecisionRecord>(`${prefix}${atUs}-${count}-${chance}`, { ...decision, ...names })
  }
}

/** The part of a record that the verifier knows. */
export function aboutVerdict(
  verdict: Verdict,
): Pick<DecisionRecord, 'result' | 'reason' | 'finding' | 'step' | 'acceptable' | 'explanation'> {
  const { step, acceptable } = verdict.evidence
  const { reason, finding } = verdict.result === 'rejected' ? verdict : {}
  return { result: verdict.result, reason, finding, step, acceptable, explanation: explain(verdict) }
}

/** Oldest first. */
export function listDecisions(store: Store, page: Page): Promise<Listing<DecisionRecord>> {
  return store.list(prefix, page)
}
