/** An identity service on a clock that stands still, and what the fobs of its tests show. */

import { createSecretKey } from 'node:crypto'
import type { DecisionRecord } from '../../../host/identity/audit.ts'
import type { IdentityPolicy } from '../../../host/identity/core.ts'
import { IdentityService } from '../../../host/identity/identity-service.ts'
import type { DeviceSeed } from '../../../host/identity/mfa-devices.ts'
import { MemoryStore } from '../../../host/identity/store/memory-store.ts'
import type { Store } from '../../../host/identity/store/store.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { stepOf } from '../../../protocol/oath/totp.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

/** 2026-11-24T14:00:10Z: ten seconds into a step. */
const startUs = 1_795_528_810_000_000

export const accountId = '123456789012'

export const keyRing = { current: 1, keys: new Map([[1, createSecretKey(Buffer.alloc(32, 7))]]) }

export const totpSeed = {
  serialNumber: 'GAHT12345678',
  secret: Buffer.from('12345678901234567890'),
  kind: 'TOTP',
  hash: 'SHA-1',
  digits: 6,
  timeStepSeconds: 30,
} as const satisfies DeviceSeed

export const hotpSeed = { ...totpSeed, serialNumber: 'GAHT00000002', kind: 'HOTP', counter: 5 } as const

export interface UnderTest {
  readonly service: IdentityService
  readonly clock: VirtualClock
  readonly store: Store
}

export function startService(store: Store = new MemoryStore(), policy: IdentityPolicy = {}): UnderTest {
  const clock = new VirtualClock(startUs)
  const service = new IdentityService({ store, clock, entropy: seededEntropy('test'), keyRing, accountId, policy })
  return { service, clock, store }
}

/** With alice, and a TOTP device that is enabled for her. */
export async function startWithAlice(store?: Store): Promise<UnderTest> {
  const test = startService(store)
  await test.service.createUser('alice')
  await enableFor(test, 'alice', totpSeed)
  return test
}

/** Imports and enables a TOTP device, and lets a minute pass, so that its next code is a new one. */
export async function enableFor({ service, clock }: UnderTest, userName: string, seed: DeviceSeed): Promise<void> {
  const { serialNumber } = seed
  await service.importDevice(seed)
  const codes = { code1: shown(clock, seed, -1), code2: shown(clock, seed) }
  const { result } = await service.enableMfaDevice({ userName, serialNumber, ...codes })
  if (result !== 'enabled') throw new Error(`${serialNumber} could not be enabled`)
  await clock.fastForward({ minutes: 1 })
}

/** What a fob with a perfect clock shows now, or so many steps from now. */
export function shown(clock: VirtualClock, seed: DeviceSeed = totpSeed, stepsFromNow = 0): string {
  return codeOf(seed, stepOf(clock.nowUs(), seed.timeStepSeconds * 1e6) + stepsFromNow)
}

/** What a fob shows at a step or counter. */
export function codeOf({ secret, hash, digits }: DeviceSeed, step: number): string {
  return hotp(secretKey(secret), step, hash, digits)
}

/** Six digits that the fob shows nowhere near now. */
export function wrongCode(clock: VirtualClock, seed: DeviceSeed = totpSeed): string {
  const near = Array.from({ length: 200 }, (_, index) => shown(clock, seed, index - 100))
  for (let code = 0; ; code++) {
    const text = String(code).padStart(6, '0')
    if (!near.includes(text)) return text
  }
}

export async function decisions({ service }: UnderTest): Promise<readonly DecisionRecord[]> {
  return (await service.listDecisions({ limit: 1000 })).documents.map(({ value }) => value)
}

export async function lastDecision(test: UnderTest): Promise<DecisionRecord | undefined> {
  return (await decisions(test)).at(-1)
}
