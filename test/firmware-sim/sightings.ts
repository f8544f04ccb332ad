/** Looks for a secret that must not be seen, in every form that it could be seen in. */

import { encodeBase32 } from '../../protocol/oath/base32.ts'

/** The forms in which `secret` is to be seen in `where`, text or bytes or anything that JSON can tell; none is well. */
export function sightings(secret: Uint8Array, where: unknown): string[] {
  const text = (where instanceof Uint8Array ? Buffer.from(where).toString('latin1') : told(where)).toLowerCase()
  // Dumps, wrapped lines and inspected arrays are full of spaces of their own.
  const dense = text.replace(/\s+/g, '')
  return Object.entries(formsOf(Buffer.from(secret)))
    .filter(([, forms]) =>
      forms.map(form => form.toLowerCase()).some(form => text.includes(form) || dense.includes(form)),
    )
    .map(([name]) => name)
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function formsOf(secret: Buffer): Record<string, readonly string[]> {
  const numbers = [...secret]
  return {
    raw: [secret.toString('latin1'), secret.toString('utf8')],
    hex: ['', ':'].map(between => numbers.map(byte => byte.toString(16).padStart(2, '0')).join(between)),
    base32: [encodeBase32(secret)],
    base64: [...insideBase64(secret), ...insideBase64(secret).map(toUrl)],
    'number array': [numbers.join(',')],
  }
}

/** A secret that starts in the middle of something longer has three forms in base 64; the edges depend on its neighbours. */
function insideBase64(secret: Buffer): string[] {
  return [0, 1, 2].map(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), secret])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(offset === 0 ? 0 : offset + 1, -1)
  })
}

function toUrl(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
