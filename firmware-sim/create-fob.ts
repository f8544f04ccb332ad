/** Making fobs: new ones from options, and old ones from their snapshots. */

import type { KeyObject } from 'node:crypto'
import { decodeBase32 } from '../protocol/oath/base32.ts'
import { checkKeyParameters, type KeyParameters } from '../protocol/oath/key-parameters.ts'
import type { AdjustableClock, Clock } from '../protocol/time/clock.ts'
import { type Duration, dayUs, toUs } from '../protocol/time/duration.ts'
import { type Entropy, randomBelow, systemEntropy } from '../protocol/time/entropy.ts'
import { systemClock } from '../protocol/time/system-clock.ts'
import { Fob, publishedKey } from './fob.ts'
import { genericFob } from './models/generic.ts'
import type { FobModel } from './models/model.ts'
import { type BatteryOptions, chargeOf } from './parts/battery.ts'
import { type CrystalOptions, checkedCelsius, cutCrystal } from './parts/crystal.ts'
import { Flash } from './parts/flash.ts'
import { Vault } from './parts/vault.ts'
import { type FobSnapshot, snapshotVersion } from './snapshot.ts'

export interface FobOptions extends Partial<KeyParameters> {
  /** Raw bytes, or base 32 text. By default 20 random bytes (RFC 4226 §4, R6). */
  readonly secret?: Uint8Array | string
  /** Printed on the back: 9 to 64 of letters, digits and `+=/:,.@-_`. By default four letters and eight digits. */
  readonly serialNumber?: string
  readonly crystal?: CrystalOptions
  /** How far the device clock is ahead at birth; negative when it is slow. */
  readonly clockOffset?: Duration
  /** Where it lies, in °C; 25 by default. */
  readonly celsius?: number
  readonly battery?: BatteryOptions
  readonly model?: FobModel
  /** By default the machine's clock and the operating system's randomness. */
  readonly clock?: Clock | AdjustableClock
  readonly entropy?: Entropy
}

/** What a fob lives with besides its own state. */
export interface FobSurroundings {
  /** The product that it is one of; by default the generic one. */
  readonly model?: FobModel
  readonly clock?: Clock | AdjustableClock
  readonly entropy?: Entropy
  readonly save?: (fob: Fob) => void
}

/** A fob, born personalised and in your hand. @throws RangeError that names the option at fault */
export function createFob(options: FobOptions = {}, save?: (fob: Fob) => void): Fob {
  const { clock = systemClock, entropy = systemEntropy, celsius = 25, battery = {}, model = genericFob } = options
  const nowUs = clock.nowUs()
  const serialNumber = options.serialNumber ?? drawSerialNumber(model, entropy)
  checkSerialNumber(serialNumber)
  const vault = Vault.blank()
  vault.personalise(secretOf(options, entropy))
  const snapshot: FobSnapshot = {
    version: snapshotVersion,
    model: model.name,
    serialNumber,
    key: keyOf(options),
    crystal: cutCrystal(options.crystal ?? {}, nowUs),
    rtc: { worldUs: nowUs, deviceUs: deviceClock(nowUs, options), celsius: checkedCelsius(celsius) },
    battery: {
      worldUs: nowUs,
      chargeUah: chargeOf(model.battery.capacityMah, battery.percent ?? 100),
      drawUa: model.battery.idleUa,
    },
    flash: Buffer.from(Flash.blank(model.flash.pages, model.flash.pageSize)).toString('base64'),
    vault: '',
  }
  return new Fob({ clock, entropy, model, snapshot, vault, ...(save && { save }) })
}

/**
 * A fob as it was when the snapshot was taken; its clock and its battery have run on since.
 * @throws Error when the key is not the one that it was sealed under; RangeError for a snapshot of another version or product
 */
export function restoreFob(
  snapshot: FobSnapshot,
  key: KeyObject = publishedKey,
  surroundings: FobSurroundings = {},
): Fob {
  if (snapshot.version !== snapshotVersion) {
    throw new RangeError(`this snapshot is of version ${String(snapshot.version)}: only ${snapshotVersion} can be read`)
  }
  const { clock = systemClock, entropy = systemEntropy, model = genericFob } = surroundings
  if (snapshot.model !== model.name) {
    throw new RangeError(
      `this snapshot is of a ${snapshot.model}, not of a ${model.name}: restore it with its own model`,
    )
  }
  const vault = Vault.unseal(snapshot.vault, key, snapshot.serialNumber)
  return new Fob({ ...surroundings, clock, entropy, model, snapshot, vault })
}

/** @throws RangeError unless it is 9 to 64 of letters, digits and `+=/:,.@-_`: what AWS and the wire both take. */
export function checkSerialNumber(serialNumber: string): void {
  if (!/^[\w+=/:,.@-]{9,64}$/.test(serialNumber)) {
    throw new RangeError(
      `"${serialNumber}" is no serial number: use 9 to 64 letters, digits and +=/:,.@-_ , such as GAHT12345678`,
    )
  }
}

function drawSerialNumber(model: FobModel, entropy: Entropy): string {
  return model.serialPrefix + String(randomBelow(entropy, 100_000_000)).padStart(8, '0')
}

function secretOf({ secret }: FobOptions, entropy: Entropy): Uint8Array {
  return typeof secret === 'string' ? decodeBase32(secret) : (secret ?? entropy.bytes(20))
}

function keyOf(options: FobOptions): KeyParameters {
  const { kind = 'TOTP', hash = 'SHA-1', digits = 6, timeStepSeconds = 30, counter = 0 } = options
  const key = { kind, hash, digits, timeStepSeconds, counter }
  checkKeyParameters(key)
  return key
}

/** @throws RangeError for a device clock that no message can tell: before 1970 */
function deviceClock(nowUs: number, { clockOffset = {} }: FobOptions): number {
  const deviceUs = nowUs + toUs(clockOffset)
  if (deviceUs >= 0) return deviceUs
  throw new RangeError(
    `clockOffset puts the device clock before 1970: use one above −${Math.floor(nowUs / dayUs)} days`,
  )
}
