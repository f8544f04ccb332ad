/** Codes per second, beside otpauth and beside the HMAC alone. */

import { createHmac, createSecretKey } from 'node:crypto'
import { HOTP, Secret } from 'otpauth'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import type { Row } from '../row.ts'

const secret = Buffer.from('12345678901234567890')
const operations = 2000

export async function* rows(): AsyncGenerator<Row, void> {
  const key = secretKey(secret)
  const ours = () => {
    for (let counter = 0; counter < operations; counter++) hotp(key, counter)
  }

  const theirs = new HOTP({
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
  })
  yield {
    name: 'HOTP codes',
    peer: 'otpauth',
    operations,
    ours,
    theirs: () => {
      for (let counter = 0; counter < operations; counter++) theirs.generate({ counter })
    },
  }

  const bareKey = createSecretKey(secret)
  const message = Buffer.alloc(8)
  yield {
    name: 'HOTP codes',
    peer: 'createHmac with a KeyObject, no code made of it',
    operations,
    ours,
    theirs: () => {
      for (let counter = 0; counter < operations; counter++) {
        message.writeUInt32BE(counter, 4)
        createHmac('SHA-1', bareKey).update(message).digest()
      }
    },
  }
}
