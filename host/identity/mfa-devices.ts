/** MFA devices as the service knows them: imported with the vendor's seed, which never leaves the store again. */

import { checkKeyParameters } from '../../protocol/oath/key-parameters.ts'
import type { IdentityCore } from './core.ts'
import { totpPolicyOf } from './device-verifier.ts'
import { checkSerialNumber, type Device, type DeviceModel, deviceKey, devicePrefix, userKey } from './documents.ts'
import { type Refusal, refuse } from './refusal.ts'
import { create, type Page, remove, transact } from './store/store.ts'

/** A line of the vendor's seed file. */
export interface DeviceSeed extends Omit<DeviceModel, 'counter'> {
  readonly secret: Uint8Array
  /** HOTP only: of the next code; 0. */
  readonly counter?: number
}

/** What may be told of a device. */
export interface MfaDevice extends DeviceModel {
  /** Whose it is, and since when; neither before it is enabled. */
  readonly userName?: string
  readonly enabledAtUs?: number
}

export type ImportOutcome = { readonly result: 'imported'; readonly device: MfaDevice } | Refusal<'device-exists'>

export type DeleteDeviceOutcome = { readonly result: 'deleted' } | Refusal<'no-such-device' | 'device-in-use'>

export type DevicesOfUser =
  | { readonly result: 'found'; readonly devices: readonly MfaDevice[] }
  | Refusal<'no-such-user'>

/** @throws RangeError for a serial number, secret, counter, time step or crystal that is none */
export async function importDevice(core: IdentityCore, seed: DeviceSeed): Promise<ImportOutcome> {
  const model = modelOf(seed)
  checkModel(core, model)
  const { secret, serialNumber } = seed
  if (secret.length === 0) throw new RangeError(`the secret of ${serialNumber} is empty`)
  const device: Device = { ...model, importedAtUs: core.clock.nowUs(), seed: core.seeds.seal(serialNumber, secret) }
  const { result } = await core.store.commit([create(deviceKey(serialNumber), device)])
  return result === 'committed'
    ? { result: 'imported', device: describeDevice(device) }
    : refuse('device-exists', { serialNumber })
}

/** Field by field: whatever else a seed comes with, such as its key URI, may hold the secret. */
function modelOf(seed: DeviceSeed): DeviceModel {
  const { serialNumber, kind, hash, digits, timeStepSeconds, counter = 0, timeDrift, crystal } = seed
  const parameters = { serialNumber, kind, hash, digits, timeStepSeconds, counter }
  return { ...parameters, ...(timeDrift && { timeDrift }), ...(crystal && { crystal }) }
}

function checkModel({ policy }: IdentityCore, model: DeviceModel): void {
  checkSerialNumber(model.serialNumber)
  checkKeyParameters(model)
  totpPolicyOf(model, policy)
}

export async function getMfaDevice({ store }: IdentityCore, serialNumber: string): Promise<MfaDevice | undefined> {
  const device = await store.get(deviceKey(serialNumber))
  return device && describeDevice(device.value)
}

/** Those of a user, in the order in which they were enabled. */
export async function listMfaDevices(core: IdentityCore, userName: string): Promise<DevicesOfUser> {
  const user = await core.store.get(userKey(userName))
  if (user === undefined) return refuse('no-such-user', { userName })
  const found = await Promise.all(user.value.serialNumbers.map(serialNumber => getMfaDevice(core, serialNumber)))
  return { result: 'found', devices: found.filter(device => device !== undefined) }
}

/** All that the service has a seed for, by serial number. */
export async function listAllMfaDevices(
  { store }: IdentityCore,
  { limit, after }: Page,
): Promise<{ readonly devices: readonly MfaDevice[]; readonly next: string | undefined }> {
  const { documents, next } = await store.list(devicePrefix, { limit, after: after && deviceKey(after) })
  return { devices: documents.map(({ value }) => describeDevice(value)), next: next?.slice(devicePrefix.length) }
}

/** Forgets a device and its seed. */
export function deleteMfaDevice({ store }: IdentityCore, serialNumber: string): Promise<DeleteDeviceOutcome> {
  return transact<DeleteDeviceOutcome>(store, async () => {
    const device = await store.get(deviceKey(serialNumber))
    if (device === undefined) return { outcome: refuse('no-such-device', { serialNumber }), writes: [] }
    if (device.value.enabled) return { outcome: refuse('device-in-use', { serialNumber }), writes: [] }
    return { outcome: { result: 'deleted' }, writes: [remove(device)] }
  })
}

export function describeDevice({ seed: _, importedAtUs: __, throttle: ___, enabled, ...model }: Device): MfaDevice {
  return enabled ? { ...model, userName: enabled.userName, enabledAtUs: enabled.atUs } : model
}
