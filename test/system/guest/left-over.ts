/** What may be left over of a fob that has been put in and pulled out many times. */

import { expect } from 'vitest'
import { runInGuest } from './run-in-guest.ts'

/** Open files, and bytes. */
interface InUse {
  readonly files: number
  readonly heap: number
  readonly rss: number
  readonly kernel: number
}

interface LeftOver {
  readonly before: InUse
  readonly after: InUse
  readonly warnings: readonly string[]
}

/** @param timeoutMs several times what it takes on an idle machine */
export async function expectNothingLeftOver(way: 'uhid' | 'usbip', warmUp: number, rounds: number, timeoutMs: number) {
  const command = `node --expose-gc test/system/guest/rounds.ts ${way} ${warmUp} ${rounds}`
  const { exitCode, output } = await runInGuest(command, { timeoutMs })
  expect(exitCode, output).toBe(0)
  const { before, after, warnings }: LeftOver = JSON.parse(output)
  expect(after.files).toBe(before.files)
  const grown = (what: keyof InUse) => after[what] - before[what]
  const mebibyte = 2 ** 20
  // The poller of @serialport/bindings-cpp keeps most of a KiB each time, for ever. A lost event of uhid is more than 4 KiB.
  expect(grown('heap')).toBeLessThan(mebibyte + rounds * 1024)
  expect(grown('rss')).toBeLessThan(16 * mebibyte)
  // A device that the kernel keeps is more than 8 KiB.
  expect(grown('kernel')).toBeLessThan(4 * mebibyte)
  expect(warnings).toEqual([])
}
