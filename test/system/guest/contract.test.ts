import { expect, test, vi } from 'vitest'
import { missing, tier } from '../../tier.ts'
import { guestLacks, runInGuest } from './run-in-guest.ts'

// Several times what it takes on an idle machine.
vi.setConfig({ testTimeout: 200_000 })

/** Of one test in the guest. */
interface Result {
  readonly name: string
  readonly state: string
}

tier('a fob with a kernel between it and its host', guestLacks() ?? missing('usbip'), () => {
  test('does over uhid and USB/IP what it does over any port', async () => {
    const { exitCode, output } = await runInGuest('node test/system/guest/over-kernel.ts', { timeoutMs: 180_000 })
    const results: Result[] = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
    expect(results.filter(({ state }) => state !== 'passed')).toEqual([])
    const kept = (port: string) => results.filter(({ name }) => name.startsWith(port)).length
    expect([kept('uhid'), kept('USB/IP')]).toEqual([9, 9])
    expect(exitCode).toBe(0)
  })
})
