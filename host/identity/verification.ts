/**
 * Signing in with a code: the verifier decides, and its decision is stored before anything is granted.
 * That commit is the device's one compare-and-set. It makes a code good once, however many offer it and from wherever;
 * whoever loses it reads again and decides again.
 */

import {
  addCharges,
  type Attempt,
  type Charge,
  type Decision,
  type Evidence,
  explain,
  type Finding,
  noCharge,
  type Reason,
  type Verdict,
} from '../verifier/entry.ts'
import { aboutVerdict, type DecisionRecord } from './audit.ts'
import type { IdentityCore } from './core.ts'
import { decoyState } from './decoy.ts'
import { codesOf, verifyCode, verifyPair } from './device-verifier.ts'
import { type Device, type DeviceState, deviceKey, type Enabled, userKey } from './documents.ts'
import { sourceOf } from './fair-queue.ts'
import { type RefusalReason, refuse } from './refusal.ts'
import { type Document, replace, transact, type Write } from './store/store.ts'

/** What wrong tries of one sign-in were charged, by serial number: the caller keeps it while that lasts, and a success refunds it. */
export type Session = ReadonlyMap<string, Charge>

interface Request {
  readonly userName: string
  /** Where it comes from, such as an address: sources take turns, and wrong pairs of codes are paced by source. */
  readonly source?: string
  readonly session?: Session
}

export interface VerifyRequest extends Request {
  readonly code: string
  /** Left out, it may be a code of any device of the user. */
  readonly serialNumber?: string
}

export interface ResyncRequest extends Request {
  readonly serialNumber: string
  readonly code1: string
  readonly code2: string
}

export type VerifyOutcome =
  | {
      readonly result: 'accepted'
      readonly userName: string
      readonly serialNumber: string
      /** For the log: it tells where the fob's clock is. */
      readonly explanation: string
    }
  | {
      readonly result: 'rejected'
      /** For whoever asks: the same for a code that is wrong, old or early, and for a user or device that is unknown. */
      readonly reason: Reason
      /** For the log, and for a tester; never for a stranger. */
      readonly finding: Finding | RefusalReason
      /** As `finding`, in a line for a person. */
      readonly explanation: string
      /** What was given, and this try. */
      readonly session: Session
    }

/** The verifier, with the code or codes of a request. */
type Judge = (device: Device, state: DeviceState, attempt: Attempt) => Decision<DeviceState, Evidence>

/** One code. Whatever is wrong with it is a value. */
export function verify(core: IdentityCore, request: VerifyRequest): Promise<VerifyOutcome> {
  const { code } = request
  return settle(core, 'sign-in', request, (device, state, attempt) =>
    verifyCode(device, state, { ...attempt, code }, core.policy),
  )
}

/** Two consecutive codes: after wrong ones, or when the fob's clock was set. */
export function resyncMfaDevice(core: IdentityCore, request: ResyncRequest): Promise<VerifyOutcome> {
  const { code1, code2 } = request
  return settle(core, 'resync', request, (device, state, attempt) =>
    verifyPair(device, state, { ...attempt, codes: [code1, code2], source: sourceOf(request) }, core.policy),
  )
}

type CodeRequest = Request & { readonly serialNumber?: string }

/** What a decision is: the answer, and what must be written before it is given. */
interface Settled {
  readonly outcome: VerifyOutcome
  readonly writes: readonly Write[]
}

async function settle(
  core: IdentityCore,
  action: DecisionRecord['action'],
  request: CodeRequest,
  judge: Judge,
): Promise<VerifyOutcome> {
  const { userName, serialNumber } = request
  const line = serialNumber ?? (await core.store.get(userKey(userName)))?.value.serialNumbers[0] ?? userName
  const decide = () => transact(core.store, () => decideOn(core, action, request, judge))
  const outcome = await core.queue.run(line, sourceOf(request), decide)
  return outcome ?? transact(core.store, async () => turnAway(core, action, request, 'throttled', 'queue-full'))
}

async function decideOn(
  core: IdentityCore,
  action: DecisionRecord['action'],
  request: CodeRequest,
  judge: Judge,
): Promise<Settled> {
  const nowUs = core.clock.nowUs()
  const devices = await devicesOf(core, request)
  if (typeof devices === 'string') {
    judge(core.decoy, decoyState(nowUs), { nowUs, codeAt: codesOf(core.decoy, core.seeds) })
    return turnAway(core, action, request, 'wrong-code', devices)
  }
  const tries = devices.map(device => tryOn(core, device, nowUs, request, judge))
  // The right code of one device is a wrong one of the others, which is not held against them.
  const accepted = tries.filter(({ verdict }) => verdict.result === 'accepted').slice(0, 1)
  const decisive = accepted.length > 0 ? accepted : tries
  const record = ({ serialNumber, verdict }: Try) =>
    core.audit.record({ ...about(core, action, request), serialNumber, ...aboutVerdict(verdict) })
  return {
    outcome: outcomeOf(decisive, request),
    writes: decisive.flatMap(each => [each.write, record(each)]),
  }
}

interface Candidate {
  readonly document: Document<Device>
  readonly enabled: Enabled
}

/** The devices that the code may be of, or why there are none. */
async function devicesOf(
  { store }: IdentityCore,
  { userName, serialNumber }: CodeRequest,
): Promise<readonly Candidate[] | RefusalReason> {
  const enabled = (document: Document<Device> | undefined): Candidate[] =>
    document?.value.enabled?.userName === userName ? [{ document, enabled: document.value.enabled }] : []
  if (serialNumber !== undefined) {
    const document = await store.get(deviceKey(serialNumber))
    if (document === undefined) return 'no-such-device'
    const [device] = enabled(document)
    return device === undefined ? 'not-enabled' : [device]
  }
  const user = await store.get(userKey(userName))
  if (user === undefined) return 'no-such-user'
  const documents = await Promise.all(user.value.serialNumbers.map(serial => store.get(deviceKey(serial))))
  const devices = documents.flatMap(enabled)
  return devices.length > 0 ? devices : 'no-devices'
}

interface Try {
  readonly serialNumber: string
  readonly verdict: Verdict
  /** The state after it: charged before it is answered, or a thousand guesses at once would cost one. */
  readonly write: Write
}

function tryOn(
  { seeds }: IdentityCore,
  { document, enabled }: Candidate,
  nowUs: number,
  { session }: CodeRequest,
  judge: Judge,
): Try {
  const device = document.value
  const { serialNumber } = device
  const attempt = { nowUs, codeAt: codesOf(device, seeds), session: session?.get(serialNumber) ?? noCharge }
  const { verdict, state } = judge(device, enabled.state, attempt)
  return { serialNumber, verdict, write: replace(document, { ...device, enabled: { ...enabled, state } }) }
}
