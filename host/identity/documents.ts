/** What lies in the store, and under which keys. */

import type { KeyParameters } from '../../protocol/oath/key-parameters.ts'
import type { HotpState, Throttle, TimeDrift, TotpPolicyOptions, TotpState } from '../verifier/entry.ts'
import type { SealedSeed } from './seed-sealing.ts'
import type { Key } from './store/store.ts'

/** Someone who signs in. */
export interface User {
  readonly userName: string
  readonly createdAtUs: number
  /** Of the MFA devices that are enabled for this user, in that order. */
  readonly serialNumbers: readonly string[]
}

/** What may be known of a device from its vendor, besides its secret. */
export interface DeviceModel extends KeyParameters {
  readonly serialNumber: string
  /** How far its clock was off when it left the vendor. */
  readonly timeDrift?: TimeDrift
  /** What its crystal may do, where that is not the usual. */
  readonly crystal?: NonNullable<TotpPolicyOptions['crystal']>
}

export interface Device extends DeviceModel {
  readonly importedAtUs: number
  readonly seed: SealedSeed
  /** A device is enabled for one user or none. */
  readonly enabled?: Enabled
  /** What wrong pairs of codes have left of its budget, before it is enabled. */
  readonly throttle?: Throttle
}

export interface Enabled {
  readonly userName: string
  readonly atUs: number
  readonly state: DeviceState
}

export type DeviceState = TotpState | HotpState

const userPattern = /^[\w+=,.@-]{1,64}$/
const serialPattern = /^[\w+=/:,.@-]{9,256}$/

export const userPrefix: Key<User> = 'user/'
export const devicePrefix: Key<Device> = 'device/'

export function userKey(userName: string): Key<User> {
  return userPrefix + userName
}

export function deviceKey(serialNumber: string): Key<Device> {
  return devicePrefix + serialNumber
}

/** @throws RangeError for what IAM would not take either. */
export function checkUserName(userName: string): void {
  if (userPattern.test(userName)) return
  throw new RangeError(`userName must be 1 to 64 letters, digits or _+=,.@- and not ${quoted(userName)}`)
}

/** @throws RangeError for what IAM would not take either. A fob of ours tells at most 64 over its cable. */
export function checkSerialNumber(serialNumber: string): void {
  if (serialPattern.test(serialNumber)) return
  const hint = serialNumber.length < 9 ? '; put the vendor’s name before a shorter one' : ''
  throw new RangeError(
    `serialNumber must be 9 to 256 letters, digits or _+=/:,.@- and not ${quoted(serialNumber)}${hint}`,
  )
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
