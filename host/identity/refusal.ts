/** What the service refuses to do though everything works: values, each with a line for a person. */

import { strangersName } from './strangers-name.ts'

interface Subject {
  readonly userName?: string | undefined
  readonly serialNumber?: string | undefined
}

/** MFA devices that a user may have. */
export const mostDevices = 8

const explanations = {
  'user-exists': ({ userName }: Subject) => `there is a user ${userName} already: choose another name`,
  'no-such-user': ({ userName }: Subject) => `there is no user ${userName}: create that user first`,
  'user-has-devices': ({ userName }: Subject) => `${userName} has MFA devices: deactivate them first`,
  'no-devices': ({ userName }: Subject) => `${userName} has no MFA device: enable one with two consecutive codes`,
  'too-many-devices': ({ userName }: Subject) =>
    `${userName} has ${mostDevices} MFA devices, which is the most: deactivate one first`,
  'device-exists': ({ serialNumber }: Subject) =>
    `there is an MFA device ${serialNumber} already: to give it another seed, delete it first`,
  'no-such-device': ({ serialNumber }: Subject) => `there is no MFA device ${serialNumber}: import its seed first`,
  'device-in-use': ({ serialNumber }: Subject) => `MFA device ${serialNumber} is in use: deactivate it first`,
  'not-enabled': ({ userName = 'anybody', serialNumber }: Subject) =>
    `MFA device ${serialNumber} is not enabled for ${userName}: enable it with two consecutive codes`,
  'queue-full': ({ userName, serialNumber = `the MFA device of ${userName}` }: Subject) =>
    `too many codes for ${serialNumber} are waiting: try again in a moment`,
} as const

export type RefusalReason = keyof typeof explanations

export interface Refusal<Reason extends RefusalReason = RefusalReason> {
  readonly result: 'rejected'
  readonly reason: Reason
  /** One line that says what to do. */
  readonly explanation: string
  /** What it was about, so that whoever knows the others can ask which was meant. */
  readonly userName?: string | undefined
  readonly serialNumber?: string | undefined
}

export function refuse<Reason extends RefusalReason>(
  reason: Reason,
  { userName, serialNumber }: Subject,
): Refusal<Reason> {
  const subject = { userName: legible(userName), serialNumber: legible(serialNumber) }
  return { result: 'rejected', reason, explanation: explanations[reason](subject), ...subject }
}

/** Strangers choose the names of what is unknown: they get one line of it. */
function legible(name: string | undefined): string | undefined {
  return strangersName(name)?.replace(/[^ -~]/g, '?')
}
