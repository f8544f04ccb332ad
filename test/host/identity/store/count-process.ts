/** A process that counts up the counter in a store, so many times: `count-process.ts FILE TIMES`. */

import { openSqliteStore } from '../../../../host/identity/store/sqlite-store.ts'
import { create, replace, transact } from '../../../../host/identity/store/store.ts'

const [path = '', times = '0'] = process.argv.slice(2)

await using store = await openSqliteStore(path)
for (let time = 0; time < Number(times); time++) {
  await transact(store, async () => {
    const counter = await store.get<number>('counter')
    const writes = counter === undefined ? [create('counter', 1)] : [replace(counter, counter.value + 1)]
    return { outcome: undefined, writes }
  })
}
