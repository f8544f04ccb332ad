/** `softfob/oath`: HOTP and TOTP, base 32 and key URIs. */

export { decodeBase32, encodeBase32 } from './base32.ts'
export { counterHmac, type Digits, type Hash, hotp, secretKey, truncate } from './hotp.ts'
export type { KeyParameters } from './key-parameters.ts'
export { formatKeyUri, type KeyUri, parseKeyUri } from './key-uri.ts'
export { stepOf } from './totp.ts'
