/** Registering a fob: its serial number off the cable, two consecutive codes, and the service that enables it. */

import type { FobClient } from '../fob-client.ts'
import { readTwoCodes, type TwoCodes, type TwoCodesOptions } from './two-codes.ts'

/** The service that a fob is registered with: ours in process, or one behind the AWS API. */
export interface Registrar<Outcome> {
  enableMfaDevice(request: TwoCodes & { readonly userName: string; readonly serialNumber: string }): Promise<Outcome>
}

/** @throws FobError when the fob goes or refuses; what the service throws */
export async function registerFob<Outcome>(
  client: FobClient,
  registrar: Registrar<Outcome>,
  { userName, ...options }: TwoCodesOptions & { readonly userName: string },
): Promise<{ readonly serialNumber: string; readonly outcome: Outcome }> {
  const serialNumber = await client.readSerialNumber(options.signal && { signal: options.signal })
  const codes = await readTwoCodes(client, options)
  return { serialNumber, outcome: await registrar.enableMfaDevice({ userName, serialNumber, ...codes }) }
}
