/** A test's lab with a registered fob, beside what such a test makes do with otherwise: a secret, and two codes of otpauth. */

import { TOTP } from 'otpauth'
import { createLab } from '../../../host/lab/lab.ts'
import type { Row } from '../row.ts'

const operations = 10

export async function* rows(): AsyncGenerator<Row, void> {
  yield {
    name: 'labs with a user and a registered fob',
    peer: 'otpauth: two codes made and validated',
    operations,
    ours: async () => {
      for (let count = 0; count < operations; count++) {
        await using lab = await createLab()
        const alice = await lab.addUser('alice')
        await alice.register(await lab.addFob())
      }
    },
    theirs: () => {
      for (let count = 0; count < operations; count++) {
        const totp = new TOTP()
        for (const timestamp of [0, 30_000]) {
          if (totp.validate({ token: totp.generate({ timestamp }), timestamp }) !== 0)
            throw new Error('not its own code')
        }
      }
    },
  }
}
