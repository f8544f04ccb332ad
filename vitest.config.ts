/** Three tiers of tests: units, the system with the tools of the machine, and, when asked for, the long ones. */

import { defineConfig } from 'vitest/config'
import { CountsReporter } from './test/reporter.ts'

const long = 'test/**/*.long.test.{ts,tsx}'
const system = 'test/system/**/*.test.{ts,tsx}'

// No test asserts a time: these only end what hangs, on a machine that is shared and slow.
const units = { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: [system, long], testTimeout: 60_000 }
const systems = { name: 'system', include: [system], exclude: [long], testTimeout: 120_000 }
const longs = { name: 'long', include: [long], testTimeout: 600_000 }

const tiers = process.env.SOFTFOB_LONG === undefined ? [units, systems] : [units, systems, longs]

export default defineConfig({
  test: {
    reporters: ['default', new CountsReporter()],
    projects: tiers.map(test => ({ extends: true, test })),
  },
})
