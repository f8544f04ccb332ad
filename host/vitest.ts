/** `softfob/vitest`: Vitest's `test` with a lab of its own for each test that asks for one. */

import { test as base } from 'vitest'
import { createLab } from './lab/lab.ts'

/** `test('…', async ({ lab }) => …)`: the lab is new, on a virtual clock, and taken down after the test. */
export const test = base.extend(
  'lab',
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that this one needs off the pattern.
  async ({}, { onCleanup }) => {
    const lab = await createLab()
    onCleanup(() => lab[Symbol.asyncDispose]())
    return lab
  },
)

export { expect } from 'vitest'
