import { expect, test, vi } from 'vitest'
import { missing, tier } from '../../tier.ts'
import { guestLacks, runInGuest } from './run-in-guest.ts'

// Several times what it takes on an idle machine.
vi.setConfig({ testTimeout: 120_000 })

const serialNumber = 'GAHT12345678'
const device = { kind: 'hid', path: '/dev/hidraw0', serialNumber, product: 'SoftFob SF-1' }

tier('a fob that is plugged in, for the commands of its host', guestLacks() ?? missing('setpriv', 'util-linux'), () => {
  test('is listed, followed, pressed and registered, by path and by serial number', async () => {
    const { exitCode, output } = await runInGuest('node test/system/guest/host-side.ts', { timeoutMs: 100_000 })
    expect(exitCode, output).toBe(0)
    const story = JSON.parse(output)
    expect(story).toMatchObject({
      path: device.path,
      attached: { change: 'attached', ...device },
      enumerated: [{ path: device.path, serialNumber }],
      pressed: {
        exitCode: 0,
        stdout: expect.stringMatching(/^\d{6}\n$/),
        stderr: `press the button of ${serialNumber}\n`,
      },
      pressedByPath: { exitCode: 0 },
      registered: { exitCode: 0 },
      denied: { exitCode: 1, stdout: '' },
      detached: { change: 'detached', ...device },
      followed: 0,
      gone: { exitCode: 1, stderr: expect.stringMatching(/^softfob: no fob GAHT12345678 is plugged in: [^\n]+\n$/) },
    })
    expect(JSON.parse(story.listed.stdout)).toMatchObject({
      fobs: [{ serialNumber, running: true }],
      devices: [device],
    })
    expect(JSON.parse(story.pressedByPath.stdout)).toMatchObject({
      serialNumber,
      code: expect.stringMatching(/^\d{6}$/),
    })
    expect(JSON.parse(story.registered.stdout)).toMatchObject({ result: 'enabled', serialNumber })
    expect(story.denied.stderr).toMatch(/^softfob: you may not open \/dev\/hidraw0: echo 'KERNEL=="hidraw\*".*\n$/)
  })
})
