import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { uhidPort } from '../../../firmware-sim/transport/uhid.ts'
import { decodeUhidEvent } from '../../../firmware-sim/transport/uhid-events.ts'
import { explain, openUhidFile } from '../../../firmware-sim/transport/uhid-file.ts'
import { reportDescriptor } from '../../../firmware-sim/usb/report-descriptor.ts'
import { FobClient } from '../../../host/fob-client.ts'
import { hidLink } from '../../../protocol/framing/hid-link.ts'
import { encodeInit } from '../../../protocol/framing/hid-reports.ts'
import { runDevicePortContract } from '../../contract/device-port-contract.ts'
import { missing, tier } from '../../tier.ts'
import { UhidKernel, uhidEvent } from './uhid-kernel.ts'

const [init = new Uint8Array()] = encodeInit(Buffer.from('0102030405060708', 'hex'))
const initAnswer = Buffer.from(`ffffffff86000c010203040506070800000001${'00'.repeat(45)}`, 'hex')
const withId = (report: Uint8Array) => Buffer.concat([Buffer.alloc(1), report])

async function plugged() {
  const kernel = new UhidKernel()
  const port = await uhidPort({ open: async () => kernel.file })
  const fob = createFob({ serialNumber: 'GAHT12345678' })
  fob.plug(port)
  const [create = Buffer.alloc(0)] = kernel.taken()
  return { kernel, port, fob, create }
}

/** The INPUT2 event that carries a report. */
function input(report: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('0c0000004000', 'hex'), report])
}

runDevicePortContract('uhid, without its kernel', async () => {
  const kernel = new UhidKernel()
  const port = await uhidPort({ open: async () => kernel.file })
  return { port, open: async () => kernel.hidraw(), close: () => {} }
})

describe('the device', () => {
  test('is made when the fob is plugged in, with its name, its serial number and the bus of USB', async () => {
    const { create } = await plugged()
    const text = (from: number, to: number) => create.toString('utf8', from, to).replace(/\0+$/, '')
    expect(create).toHaveLength(4 + 276 + 4096)
    expect(create.readUInt32LE(0)).toBe(11)
    expect([text(4, 132), text(196, 260)]).toEqual(['SoftFob SF-1', 'GAHT12345678'])
    expect(create.toString('hex', 260, 280)).toBe('1900' + '0300' + '09120000' + '01000000' + '00010000' + '00000000')
    expect(create.subarray(280, 280 + reportDescriptor.length)).toEqual(Buffer.from(reportDescriptor))
  })

  test('goes when the fob is unplugged', async () => {
    const { kernel, port, fob } = await plugged()
    kernel.output(withId(init))
    kernel.taken()
    fob.unplug()
    expect(kernel.taken().map(event => event.toString('hex'))).toEqual(['01000000'])
    expect(kernel.closed).toBe(true)
    port.close()
    expect(kernel.taken()).toEqual([])
  })

  test('that never was a fob is only closed', async () => {
    const kernel = new UhidKernel()
    const port = await uhidPort({ open: async () => kernel.file })
    port.close()
    expect([kernel.closed, kernel.taken()]).toEqual([true, []])
  })

  test('whose kernel takes no more is gone for its hosts, and nothing else happens', async () => {
    const { kernel, fob } = await plugged()
    const client = new FobClient(hidLink(kernel.hidraw()))
    await client.hello()
    const pending = client.getCode()
    kernel.fault = Object.assign(new Error('write EINVAL'), { code: 'EINVAL' })
    await fob.press()
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' })
    expect(kernel.closed).toBe(true)
  })
})

describe('a host', () => {
  test('writes 65 bytes, a zero first, and reads 64', async () => {
    const { kernel } = await plugged()
    kernel.output(withId(init))
    expect(kernel.taken()).toEqual([input(initAnswer)])
  })

  test.each([
    ['64 bytes', init],
    ['a report with an ID', Buffer.concat([Buffer.from([1]), init])],
    ['nothing', new Uint8Array()],
    ['4096 bytes', new Uint8Array(4096)],
  ])('that writes %s is not understood, and is counted', async (_, data) => {
    const { kernel, port } = await plugged()
    kernel.output(data)
    expect([kernel.taken(), port.dropped]).toEqual([[], 1])
  })

  test('reads a serial number and a code, as over any line', async () => {
    const { kernel, fob } = await plugged()
    kernel.open()
    const client = new FobClient(hidLink(kernel.hidraw()))
    await client.hello()
    fob.onWaiting(() => void fob.press())
    expect(await client.readSerialNumber()).toBe('GAHT12345678')
    expect(await client.getCode()).toMatchObject({ code: fob.lcd.text })
  })

  test.each(['close', 'open'] as const)('that is the last one takes its wait along, told by %s alone', async event => {
    const { kernel, fob } = await plugged()
    const gone = new FobClient(hidLink(kernel.hidraw()))
    await gone.hello()
    const waiting = Promise.withResolvers<void>()
    gone.getCode({ onProgress: () => waiting.resolve() }).catch(() => {})
    await waiting.promise
    kernel[event]()
    kernel.taken()
    await fob.press()
    expect(kernel.taken()).toEqual([])
    const next = new FobClient(hidLink(kernel.hidraw()))
    await next.hello()
    fob.onWaiting(() => void fob.press())
    expect(await next.getCode()).toMatchObject({ code: fob.lcd.text })
  })
})

describe('a request for a report', () => {
  test('is answered with its number: zeros for the input report, an error for a feature', async () => {
    const { kernel } = await plugged()
    kernel.getReport(0x01020304, 2)
    kernel.getReport(0x05060708, 0)
    expect(kernel.taken().map(event => event.toString('hex'))).toEqual([
      `0a00000004030201${'0000'}4100${'00'.repeat(65)}`,
      '0a00000008070605' + '0500' + '0000',
    ])
  })

  test('to be set is an output report, or an error', async () => {
    const { kernel } = await plugged()
    kernel.setReport(7, 1, withId(init))
    kernel.setReport(8, 0, withId(init))
    expect(kernel.taken()).toEqual([
      input(initAnswer),
      Buffer.from('0e00000007000000' + '0000', 'hex'),
      Buffer.from('0e00000008000000' + '0500', 'hex'),
    ])
  })
})

test('no event whatever is an error', () => {
  const event = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.tuple(fc.nat({ max: 20 }), fc.uint8Array({ minLength: 4376, maxLength: 4376 })).map(([type, rest]) => {
      const whole = uhidEvent(type)
      whole.set(rest, 4)
      return whole
    }),
  )
  fc.assert(
    fc.property(event, bytes => {
      const decoded = decodeUhidEvent(bytes)
      if (decoded !== undefined && 'data' in decoded) expect(decoded.data.length).toBeLessThanOrEqual(4096)
    }),
  )
})

describe('where there is none', () => {
  test.each([
    ['ENOENT', 'not-found', 'there is no /dev/uhid: sudo modprobe uhid'],
    ['ENODEV', 'not-found', 'there is no /dev/uhid: sudo modprobe uhid'],
    [
      'EACCES',
      'denied',
      `you may not open /dev/uhid: echo 'KERNEL=="uhid", SUBSYSTEM=="misc", OPTIONS+="static_node=uhid", TAG+="uaccess"' | sudo tee /etc/udev/rules.d/70-softfob.rules, then sudo udevadm trigger /dev/uhid`,
    ],
  ])('%s says in one line what to do', (code, kind, message) => {
    expect(explain('/dev/uhid', Object.assign(new Error(code), { code }))).toMatchObject({ code: kind, message })
  })

  test('a fob is told when it is to be plugged in, not later', async () => {
    const path = join(tmpdir(), 'no-such-uhid')
    const expected = process.platform === 'linux' ? 'not-found' : 'unsupported'
    await expect(uhidPort({ open: () => openUhidFile(path) })).rejects.toMatchObject({
      name: 'LineError',
      code: expected,
    })
  })
})

const lacking = process.platform === 'linux' ? missing('mkfifo', 'coreutils') : 'Linux, whose pipes are read as uhid is'

tier('the file of uhid', lacking, () => {
  // A pipe with itself at its other end: what is written comes back, and reading does not wait.
  test('tells each event as it comes, without waiting in a read, until it is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'softfob-uhid-'))
    const path = join(folder, 'uhid')
    execFileSync('mkfifo', [path])
    const file = await openUhidFile(path)
    const events: number[] = []
    const third = Promise.withResolvers<void>()
    file.onEvent(event => {
      if (event.length === 4380) events.push(event[0] ?? 0)
      if (events.length === 3) third.resolve()
    })
    for (const type of [4, 6, 5]) file.write(uhidEvent(type))
    await third.promise
    expect(events).toEqual([4, 6, 5])
    file.close()
    file.close()
    rmSync(folder, { recursive: true })
  })
})
