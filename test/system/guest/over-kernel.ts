/** In the guest: Vitest with the contract of contract.guest.ts. Tells how each of its tests ended as a line of JSON. */

import { startVitest } from 'vitest/node'

const vitest = await startVitest('test', [], {
  config: false,
  watch: false,
  include: ['test/system/guest/*.guest.ts'],
  testTimeout: 60_000,
})
const results = vitest.state
  .getTestModules()
  .flatMap(module => Array.from(module.children.allTests(), test => ({ name: test.fullName, ...test.result() })))
console.log(`\n${JSON.stringify(results)}`)
await vitest.close()
