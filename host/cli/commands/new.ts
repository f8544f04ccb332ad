/** softfob new: makes a fob, puts it in the drawer, and delivers its seed to the identity service as a vendor does. */

import { text } from 'node:stream/consumers'
import type { FobOptions } from '../../../firmware-sim/create-fob.ts'
import { decodeBase32 } from '../../../protocol/oath/base32.ts'
import type { KeyParameters } from '../../../protocol/oath/key-parameters.ts'
import { parseKeyUri } from '../../../protocol/oath/key-uri.ts'
import { parseDuration } from '../../../protocol/time/duration.ts'
import { systemEntropy } from '../../../protocol/time/entropy.ts'
import { seedOf } from '../../lab/seed-of.ts'
import { type Call, command, UsageError } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { openService } from '../service.ts'

const options = {
  uri: { type: 'string', value: 'otpauth://…', help: 'secret and parameters from a key URI; - reads it from stdin' },
  secret: { type: 'string', value: 'BASE32', help: 'the secret; - reads it from stdin (20 random bytes)' },
  serial: { type: 'string', value: 'SN', help: 'the serial number (four letters and eight digits)' },
  hotp: { type: 'boolean', help: 'it counts its presses instead of the time' },
  counter: { type: 'string', value: 'N', help: 'HOTP: the counter of its first code (0)' },
  hash: { type: 'string', value: 'SHA-1|SHA-256|SHA-512', help: 'the hash (SHA-1)' },
  digits: { type: 'string', value: '6|7|8', help: 'digits of a code (6)' },
  step: { type: 'string', value: '30s|60s', help: 'the time step (30s)' },
  ppm: { type: 'string', value: 'PPM', help: 'how far off its crystal is cut; positive is fast (0)' },
  ageing: { type: 'string', value: 'PPM', help: 'how far its crystal ages in the first year (0)' },
  offset: { type: 'string', value: '-2m', help: 'how far its clock is off at birth (0s)' },
  celsius: { type: 'string', value: 'C', help: 'the temperature that it lies at (25)' },
  battery: { type: 'string', value: 'PERCENT', help: 'how full its cell is (100)' },
  store: {
    type: 'string',
    value: 'FILE',
    help: 'the store of the service that gets its seed ($SOFTFOB_HOME/store.db)',
  },
} as const

export const newFob = command({
  summary: 'Makes a fob. Its clock runs from now on, whether anything else does or not.',
  examples: ['new alice', 'new alice --ppm 20', 'new work --uri "otpauth://totp/alice?secret=…"'],
  positionals: ['NAME'],
  options,
  async run(call) {
    const {
      positionals: [name = ''],
      values,
      paths,
      json,
      print,
    } = call
    const wanted = { secret: systemEntropy.bytes(20), ...(await fobOptions(call)) }
    const drawer = openDrawer(paths)
    await using vendor = await openService(paths, values.store)
    const { serialNumber, key } = await drawer.makeDelivered(name, wanted, async fob => {
      const outcome = await vendor.service.importDevice(seedOf(fob, wanted.secret, wanted.crystal))
      if (outcome.result === 'imported') return
      throw new Error(
        `serial number ${fob.serialNumber} is known to the store already: choose another, or leave --serial out`,
      )
    })
    print(
      json
        ? JSON.stringify({ name, serialNumber, ...key })
        : `${name}: ${describe(key)}, serial number ${serialNumber}`,
    )
  },
})

function describe({ kind, digits, hash, timeStepSeconds }: KeyParameters): string {
  return `${kind}, ${digits} digits, ${hash}${kind === 'TOTP' ? `, every ${timeStepSeconds} s` : ''}`
}

async function fobOptions({
  values,
  stdin,
}: Call<typeof options>): Promise<FobOptions & { readonly secret?: Uint8Array }> {
  if (values.uri !== undefined && values.secret !== undefined) throw new UsageError('give --uri or --secret, not both')
  const piped = values.uri === '-' || values.secret === '-' ? (await text(stdin)).trim() : undefined
  const { ppm, ageing, offset, celsius, battery, serial } = values
  return {
    ...(values.uri === undefined ? keyFrom(values, piped) : keyFromUri(piped ?? values.uri)),
    ...(serial !== undefined && { serialNumber: serial }),
    crystal: { ppm: number('ppm', ppm ?? '0'), ageingPpm: number('ageing', ageing ?? '0') },
    ...(offset !== undefined && { clockOffset: { microseconds: parseDuration(offset) } }),
    celsius: number('celsius', celsius ?? '25'),
    battery: { percent: number('battery', battery ?? '100') },
  }
}

function keyFromUri(uri: string): FobOptions & { readonly secret: Uint8Array } {
  const { kind, hash, digits, timeStepSeconds, counter, secret } = parseKeyUri(uri)
  return { kind, hash, digits, timeStepSeconds, counter, secret }
}

function keyFrom(
  values: Call<typeof options>['values'],
  piped: string | undefined,
): FobOptions & { readonly secret?: Uint8Array } {
  const { secret, hotp, hash, digits, step, counter } = values
  if (counter !== undefined && hotp !== true)
    throw new UsageError('only an HOTP fob counts: give --counter with --hotp')
  return {
    ...(secret !== undefined && { secret: decodeBase32(piped ?? secret) }),
    kind: hotp === true ? 'HOTP' : 'TOTP',
    hash: oneOf('hash', hash ?? 'SHA-1', ['SHA-1', 'SHA-256', 'SHA-512']),
    digits: oneOf('digits', number('digits', digits ?? '6'), [6, 7, 8]),
    timeStepSeconds: oneOf('step', parseDuration(step ?? '30s') / 1e6, [30, 60]),
    counter: number('counter', counter ?? '0'),
  }
}

function number(option: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new UsageError(`--${option} wants a number, not "${text}"`)
}

function oneOf<T>(option: string, value: T | string | number, choices: readonly T[]): T {
  const choice = choices.find(candidate => candidate === value)
  if (choice === undefined) throw new UsageError(`--${option} wants one of ${choices.join(', ')}, not ${String(value)}`)
  return choice
}
