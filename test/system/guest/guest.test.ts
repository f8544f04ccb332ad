import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { missing, tier } from '../../tier.ts'
import { fetchKernel } from './kernel.ts'
import { guestLacks, runInGuest } from './run-in-guest.ts'

const lacks = guestLacks() ?? missing('lsusb', 'usbutils') ?? missing('usbip')
// Many times what they take on an idle machine.
vi.setConfig({ testTimeout: 120_000 })

tier('a Linux to test in', lacks, () => {
  test('has a kernel of its own that knows HID and USB/IP, and our node and the tools of this machine', async () => {
    const { exitCode, output } = await runInGuest(`
      set -e
      uname -r
      node --version
      test -c /dev/uhid
      test -d /sys/class/hidraw
      modprobe cdc_acm
      usbip port 2>&1
      lsusb | head -n 1
    `)
    expect(output.trimEnd().split('\n')).toEqual([
      fetchKernel().version,
      process.version,
      'Imported USB devices',
      '====================',
      expect.stringMatching(/^Bus 016 Device 001: ID 1d6b:0003 /),
    ])
    expect(exitCode).toBe(0)
  })

  test('gives back all that a command writes and its exit code, and keeps what it does to files to itself', async () => {
    const path = join(import.meta.dirname, 'written-in-the-guest')
    const { exitCode, output } = await runInGuest(`
      seq 200000 | tee ${path}
      cmp ${path} ${path} && echo written >&2
      exit 7
    `)
    expect(output).toBe(`${Array.from({ length: 200_000 }, (_, at) => `${at + 1}\n`).join('')}written\n`)
    expect(exitCode).toBe(7)
    expect(existsSync(path)).toBe(false)
  })

  test('is switched off when it takes too long', async () => {
    const run = runInGuest('sleep 1000', { timeoutMs: 2000 })
    await expect(run).rejects.toThrow('the guest went off before its command ended, in 2 s at most')
  })

  test('that breaks down tells what the command had said, and its kernel', async () => {
    const run = runInGuest('echo begun; echo c > /proc/sysrq-trigger')
    await expect(run).rejects.toThrow(/:\nbegun\n.*Kernel panic - not syncing: sysrq triggered crash/s)
  })
})
