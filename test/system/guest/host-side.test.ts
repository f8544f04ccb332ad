import { expect, test, vi } from 'vitest'
import { missing, tier } from '../../tier.ts'
import { guestLacks, runInGuest } from './run-in-guest.ts'

// Several times what they take on an idle machine.
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
      fobs: [{ serialNumber, running: { on: [{ kind: 'uhid', path: device.path }] } }],
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

const udevd = '/lib/systemd/systemd-udevd'
const lacks = guestLacks() ?? missing('usbip') ?? missing('udevadm', 'udev')

tier('a fob that is attached by USB/IP', lacks, () => {
  test('and detached, is told of by the npm package usb, and by softfob list --follow', async () => {
    // libudev, and so usb, hears of a device when the daemon has said what it is.
    const { exitCode, output } = await runInGuest(`${udevd} --daemon 2>&1 && node test/system/guest/usb-news.ts`)
    expect(exitCode, output).toBe(0)
    const lines = output.trimEnd().split('\n')
    const usbDevice = { vendorId: 0x1209, productId: 0x0001, serialNumber, productName: 'SF-1' }
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      connected: usbDevice,
      attached: { change: 'attached', ...device, product: 'SF-1' },
      disconnected: usbDevice,
      detached: { change: 'detached', ...device, product: 'SF-1' },
      followed: 0,
    })
  })
})
