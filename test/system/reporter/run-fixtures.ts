/** Runs the fixtures named in the arguments with the reporter under test, as a run of its own. */

import { startVitest } from 'vitest/node'
import { CountsReporter } from '../../reporter.ts'

const vitest = await startVitest('test', process.argv.slice(2), {
  root: import.meta.dirname,
  config: false,
  watch: false,
  include: ['*.fixture.ts'],
  reporters: ['default', new CountsReporter()],
})
await vitest.close()
