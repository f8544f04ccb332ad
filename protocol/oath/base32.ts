/** Base 32 as secrets are written for people (RFC 4648 §6): any case, spaces and dashes between groups, padding optional. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** The value of a character is its place modulo 32. */
const eitherCase = alphabet + alphabet.toLowerCase()

/** @throws RangeError naming the character and its place, and never the text, which is a secret. */
export function decodeBase32(text: string): Uint8Array {
  const body = text.replace(/=+\s*$/, '')
  const bytes = new Uint8Array(Math.floor((body.replace(/[\s-]/g, '').length * 5) / 8))
  let [buffer, bits, length] = [0, 0, 0]
  for (const [index, character] of [...body].entries()) {
    if (/[\s-]/.test(character)) continue
    const value = eitherCase.indexOf(character)
    if (value < 0) throw new RangeError(wrongCharacter(character, index + 1))
    buffer = (buffer << 5) | (value & 31)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[length++] = buffer >> bits
    buffer &= (1 << bits) - 1
  }
  // 1, 3 or 6 characters in the last group hold no whole byte: one was lost on the way.
  if (bits >= 5) throw new RangeError('not base 32: the secret ends in the middle of a byte, so a character is missing')
  return bytes
}

/** Without padding, as key URIs want it. */
export function encodeBase32(bytes: Uint8Array): string {
  let [text, buffer, bits] = ['', 0, 0]
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
    buffer &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((buffer << (5 - bits)) & 31) : text
}

function wrongCharacter(character: string, place: number): string {
  const meant = { '0': 'O', '1': 'I or L', '8': 'B', '9': 'none' }[character]
  const hint = meant === undefined ? '' : meant === 'none' ? '; there is no 9 in base 32' : ` (was ${meant} meant?)`
  return `not base 32: character ${place} is "${character}"${hint}; the letters A–Z and the digits 2–7 are allowed`
}
