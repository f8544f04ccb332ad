import { describe, expect, test } from 'vitest'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { memoryHidPort } from '../../../firmware-sim/transport/memory-hid.ts'
import { FobClient } from '../../../host/fob-client.ts'
import { connectHid, explainMissing, hidrawRule, isFob } from '../../../host/transport/hid.ts'
import { hidUsage, usbIds } from '../../../protocol/framing/hid-identity.ts'
import { MemoryHidDriver } from './hid-driver.ts'

const path = '/dev/hidraw0'

function pluggedIn() {
  const fob = createFob({ serialNumber: 'GAHT12345678', kind: 'HOTP' })
  const port = memoryHidPort()
  fob.plug(port)
  const driver = new MemoryHidDriver(port)
  const connect = async () => {
    const client = new FobClient(await connectHid(path, { driver }))
    await client.hello()
    return client
  }
  return { fob, driver, connect }
}

describe('a fob on HID', () => {
  test('is greeted, read and pressed as on any other cable', async () => {
    const { fob, connect } = pluggedIn()
    const client = await connect()
    expect(await client.readSerialNumber()).toBe('GAHT12345678')
    const { code } = await client.getCode({ onProgress: () => void fob.press() })
    expect(code).toBe(fob.lcd.text)
  })

  test('serves two programs at once, each with its own answers', async () => {
    const { fob, connect } = pluggedIn()
    const [one, other] = await Promise.all([connect(), connect()])
    const waiting = Promise.withResolvers<void>()
    const reading = one.getCode({ onProgress: () => waiting.resolve() })
    await waiting.promise
    expect(await other.readSerialNumber()).toBe('GAHT12345678')
    const shown = await fob.press()
    expect((await reading).code).toBe(shown)
  })

  test('that is pulled out fails what is under way, and what is asked later', async () => {
    const { fob, driver, connect } = pluggedIn()
    const client = await connect()
    const code = client.getCode({ onProgress: () => fob.unplug() })
    await expect(code).rejects.toMatchObject({ name: 'FobError', code: 'disconnected' })
    await expect(client.readSerialNumber()).rejects.toMatchObject({ code: 'disconnected' })
    expect(driver.openedBy).toBe(0)
  })

  test('that can no longer be written to is as good as gone', async () => {
    const { driver, connect } = pluggedIn()
    const client = await connect()
    driver.writeError = new Error('Cannot write to hid device')
    await expect(client.readSerialNumber()).rejects.toMatchObject({ code: 'disconnected' })
    expect(driver.openedBy).toBe(0)
  })

  test('is let go when the program closes it', async () => {
    const { driver, connect } = pluggedIn()
    const client = await connect()
    client.close()
    expect(driver.openedBy).toBe(0)
  })
})

describe('what cannot be opened is refused in one line:', () => {
  test('a device that is no fob, which is sent nothing and let go', async () => {
    const { driver } = pluggedIn()
    driver.description = { ...driver.description, usagePage: 1, usage: 6, product: 'Keyboard' }
    await expect(connectHid(path, { driver })).rejects.toMatchObject({
      name: 'LineError',
      code: 'not-found',
      message: '/dev/hidraw0 is no fob but Keyboard: softfob list shows fobs',
    })
    expect(driver.sent).toBe(0)
    expect(driver.openedBy).toBe(0)
  })

  test('a path that is gone', async () => {
    await expect(connectHid('/dev/no-such-fob', refusing('No such file or directory'))).rejects.toMatchObject({
      code: 'not-found',
      message: 'there is no /dev/no-such-fob: plug the fob in, and softfob list shows its path',
    })
  })

  test('a path of something else, with the reason of hidapi', async () => {
    const { driver } = refusing('not a HIDRAW device?: Inappropriate ioctl for device')
    await expect(connectHid('/dev/null', { driver })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^\/dev\/null can't be opened as a HID device: .*Inappropriate ioctl/),
    })
  })

  test.each([
    ['libusb-1.0.so.0', 'libusb-1.0 is missing, and HID needs it: sudo apt-get install libusb-1.0-0'],
    ['libudev.so.1', 'libudev is missing, and HID needs it: sudo apt-get install libudev1'],
  ])('without %s', (library, message) => {
    const error = new Error(`${library}: cannot open shared object file: No such file or directory`)
    expect(explainMissing(error)).toMatchObject({ code: 'unsupported', message, cause: error })
  })

  test('without the driver', () => {
    expect(explainMissing(new Error("Cannot find package 'node-hid'"))).toMatchObject({
      code: 'unsupported',
      message: 'the HID driver is missing or does not load: npm install node-hid',
    })
  })
})

test('a fob is known by its usage, whatever its ids, and by its ids where the system tells no usage', () => {
  const others = { vendorId: 0x16c0, productId: 0x0483 }
  expect(isFob({ ...usbIds, ...hidUsage })).toBe(true)
  expect(isFob({ ...others, ...hidUsage })).toBe(true)
  expect(isFob({ ...usbIds, usagePage: 1, usage: 6 })).toBe(false)
  expect(isFob(usbIds)).toBe(true)
  expect(isFob(others)).toBe(false)
})

test('the rule for udev names the ids as the kernel writes them', () => {
  expect(hidrawRule).toBe('KERNEL=="hidraw*", KERNELS=="0003:1209:0001.*", TAG+="uaccess"')
})

/** A driver that opens nothing. */
function refusing(why: string) {
  const open = async (opened: string) => {
    throw new Error(`cannot open device with path ${opened}: ${why}`)
  }
  return { driver: { devicesAsync: async () => [], HIDAsync: { open } } }
}
