/** Key URIs, `otpauth://totp/label?secret=…`, read and written by otpauth; what is wrong with one is said by us. */

import { HOTP, Secret, TOTP, URI } from 'otpauth'
import { decodeBase32, encodeBase32 } from './base32.ts'
import type { Digits, Hash } from './hotp.ts'
import type { KeyParameters } from './key-parameters.ts'

export interface KeyUri extends KeyParameters {
  readonly secret: Uint8Array
  readonly label: string
  readonly issuer: string
}

const hashes = new Map<string, Hash>([
  ['SHA1', 'SHA-1'],
  ['SHA256', 'SHA-256'],
  ['SHA512', 'SHA-512'],
])

/** @throws RangeError with one line that says what to mend, without the secret. */
export function parseKeyUri(text: string): KeyUri {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'otpauth:') {
    throw new RangeError('not a key URI: it has the form otpauth://totp/LABEL?secret=BASE32')
  }
  const kind = kindOf(url)
  const key = {
    kind,
    hash: hashOf(url),
    digits: digitsOf(url),
    timeStepSeconds: timeStepSecondsOf(url),
    counter: kind === 'HOTP' ? counterOf(url) : 0,
    secret: secretOf(url),
  }
  const { label, issuer } = read(url, key.secret)
  return { ...key, label: label.trim(), issuer: issuer.trim() }
}

/** The key URI that an authenticator app reads. */
export function formatKeyUri(key: KeyUri): string {
  const common = {
    issuer: key.issuer,
    label: key.label,
    secret: new Secret({ buffer: new Uint8Array(key.secret).buffer }),
    algorithm: key.hash.replace('-', ''),
    digits: key.digits,
  }
  return key.kind === 'HOTP'
    ? new HOTP({ ...common, counter: key.counter }).toString()
    : new TOTP({ ...common, period: key.timeStepSeconds }).toString()
}

function kindOf(url: URL): KeyUri['kind'] {
  const kind = url.host.toUpperCase()
  if (kind === 'TOTP' || kind === 'HOTP') return kind
  throw new RangeError(
    `a fob is totp or hotp, not "${url.host}": the key URI has the form otpauth://totp/LABEL?secret=BASE32`,
  )
}

function secretOf(url: URL): Uint8Array {
  const secret = decodeBase32(url.searchParams.get('secret') ?? '')
  if (secret.length === 0) throw new RangeError('the key URI has no secret: add ?secret=BASE32')
  return secret
}

function hashOf(url: URL): Hash {
  const name = url.searchParams.get('algorithm') ?? 'SHA1'
  const hash = hashes.get(name.toUpperCase())
  if (hash !== undefined) return hash
  throw new RangeError(`a fob hashes with SHA1, SHA256 or SHA512, not ${name}: mend algorithm= in the key URI`)
}

function digitsOf(url: URL): Digits {
  const digits = Number(url.searchParams.get('digits') ?? 6)
  if (digits === 6 || digits === 7 || digits === 8) return digits
  throw new RangeError(`a fob shows 6, 7 or 8 digits, not ${digits}: mend digits= in the key URI`)
}

function timeStepSecondsOf(url: URL): number {
  const period = Number(url.searchParams.get('period') ?? 30)
  if (period === 30 || period === 60) return period
  throw new RangeError(`a fob's time step is 30 or 60 seconds, not ${period}: mend period= in the key URI`)
}

function counterOf(url: URL): number {
  const text = url.searchParams.get('counter') ?? ''
  if (!/^\d+$/.test(text)) throw new RangeError('an HOTP key URI needs its counter: add &counter=0')
  const counter = Number(text)
  if (Number.isSafeInteger(counter)) return counter
  throw new RangeError(`a counter is at most ${Number.MAX_SAFE_INTEGER}, not ${text}: mend counter= in the key URI`)
}

/** Label and issuer as otpauth reads them, wherever they stand. */
function read(url: URL, secret: Uint8Array): HOTP | TOTP {
  if (/^\/?$/.test(url.pathname)) {
    throw new RangeError('the key URI has no label: it has the form otpauth://totp/LABEL?secret=BASE32')
  }
  // People group a secret with spaces or dashes; otpauth wants it plain.
  const plain = url.href.replace(/(?<=[?&]secret=)[^&#]*/, encodeBase32(secret))
  try {
    return URI.parse(plain)
  } catch (error) {
    throw new RangeError(`not a key URI that can be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
