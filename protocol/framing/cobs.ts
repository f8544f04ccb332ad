/** Consistent overhead byte stuffing (Cheshire and Baker, 1999): any bytes without a zero, at most one byte in 254 longer. */

/** @returns the stuffed bytes, without a delimiter. */
export function encodeCobs(bytes: Uint8Array): Uint8Array {
  const stuffed = new Uint8Array(bytes.length + Math.floor(bytes.length / 254) + 1)
  let [codeAt, length] = [0, 1]
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) stuffed[length++] = byte
    // A block ends at a zero, or when it is full and something follows.
    const full = length - codeAt === 255 && index < bytes.length - 1
    if (byte !== 0 && !full) continue
    stuffed[codeAt] = length - codeAt
    codeAt = length++
  }
  stuffed[codeAt] = length - codeAt
  return stuffed.subarray(0, length)
}

/** @returns the bytes, or undefined when `stuffed` is no COBS block: it holds a zero, or ends inside a block. */
export function decodeCobs(stuffed: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(stuffed.length)
  let length = 0
  for (let at = 0; at < stuffed.length; ) {
    const code = stuffed[at] ?? 0
    const end = at + code
    if (code === 0 || end > stuffed.length) return undefined
    const block = stuffed.subarray(at + 1, end)
    if (block.includes(0)) return undefined
    bytes.set(block, length)
    length += block.length
    // A full block stands for 254 bytes and no zero after them; so does the last one.
    if (code < 255 && end < stuffed.length) length++
    at = end
  }
  return bytes.subarray(0, length)
}
