/** Years in the life of a fob that is pressed every day, beside the codes alone that it shows. */

import { createFob } from '../../../firmware-sim/create-fob.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { stepOf } from '../../../protocol/oath/totp.ts'
import { dayUs } from '../../../protocol/time/duration.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import type { Row } from '../row.ts'

const years = 2
const days = years * 365
const startUs = 1_767_225_600_000_000

export async function* rows(): AsyncGenerator<Row, void> {
  const entropy = seededEntropy('years')
  const secret = entropy.bytes(20)
  const key = secretKey(secret)
  yield {
    name: 'fob-years: its clock run on, a press a day',
    peer: '365 bare HOTP codes a year',
    operations: years,
    ours: async () => {
      const clock = new VirtualClock(startUs)
      await using fob = createFob({ secret, crystal: { ppm: 20, ageingPpm: 3 }, clock, entropy })
      for (let day = 0; day < days; day++) {
        await clock.runFor({ days: 1 })
        await fob.press()
      }
    },
    theirs: () => {
      for (let day = 0; day < days; day++) hotp(key, stepOf(startUs + day * dayUs, 30e6))
    },
  }
}
