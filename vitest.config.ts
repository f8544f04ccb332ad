/** Tiers of tests: units, the system with the tools of the machine, a kernel of our own, and, when asked for, the long ones. */

import { defineConfig } from 'vitest/config'
import { CountsReporter } from './test/reporter.ts'

const long = 'test/**/*.long.test.{ts,tsx}'
const system = 'test/system/**/*.test.{ts,tsx}'
const guest = 'test/system/guest/**/*.test.ts'

// No test asserts a time: these only end what hangs, on a machine that is shared and slow.
const units = { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: [system, long], testTimeout: 60_000 }
const systems = { name: 'system', include: [system], exclude: [guest, long], testTimeout: 120_000 }
// One kernel at a time, after all else: it is emulated, and takes both processors. Once in some dozens of runs node
// has crashed in it, why is not known; what fails twice is ours for certain.
const guests = {
  name: 'guest',
  include: [guest],
  exclude: [long],
  testTimeout: 400_000,
  maxWorkers: 1,
  retry: 1,
  sequence: { groupOrder: 1 },
}
const longs = { name: 'long', include: [long], testTimeout: 600_000 }

const tiers = process.env.SOFTFOB_LONG === undefined ? [units, systems, guests] : [units, systems, guests, longs]

export default defineConfig({
  test: {
    reporters: ['default', new CountsReporter()],
    projects: tiers.map(test => ({ extends: true, test })),
  },
})
