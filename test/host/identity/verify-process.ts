/**
 * A process that offers one code many times at once: `verify-process.ts FILE TIMES CODE NOW_US`.
 * Says `ready`, waits for a line, and then prints the outcomes as a JSON array of words.
 */

import { once } from 'node:events'
import { IdentityService } from '../../../host/identity/identity-service.ts'
import { openSqliteStore } from '../../../host/identity/store/sqlite-store.ts'
import { systemEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { accountId, keyRing, totpSeed } from './service-under-test.ts'

const [path = '', times = '0', code = '', nowUs = '0'] = process.argv.slice(2)

// Two services, each with a connection and a line of its own: they race within the process as well.
const stores = [await openSqliteStore(path), await openSqliteStore(path)]
const clock = new VirtualClock(Number(nowUs))
const services = stores.map(store => new IdentityService({ store, clock, entropy: systemEntropy, keyRing, accountId }))

process.stdout.write('ready\n')
await once(process.stdin, 'data')
const { serialNumber } = totpSeed
const outcomes = await Promise.all(
  services.flatMap(service =>
    Array.from({ length: Number(times) / services.length }, () =>
      service.verify({ userName: 'alice', serialNumber, code }),
    ),
  ),
)
process.stdout.write(
  JSON.stringify(outcomes.map(outcome => (outcome.result === 'accepted' ? 'accepted' : outcome.reason))),
)
for (const store of stores) await store[Symbol.asyncDispose]()
process.stdin.destroy()
