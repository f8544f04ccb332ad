/** CRC-16/IBM-SDLC, the X.25 check (ITU-T V.42 §8.1.1.6.1): reflected 0x1021, initial and final 0xffff. "123456789" gives 0x906e. */

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  return crc
})

export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
  return crc ^ 0xffff
}
