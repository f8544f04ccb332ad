import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { type UsbipServer, usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { FobClient } from '../../../host/fob-client.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'
import { hidLink } from '../../../protocol/framing/hid-link.ts'
import { encodeInit } from '../../../protocol/framing/hid-reports.ts'
import type { ReportPipe } from '../../../protocol/framing/link.ts'
import { closed, collect } from '../../contract/cable-ends.ts'
import { runDevicePortContract } from '../../contract/device-port-contract.ts'
import { encodeSubmit, encodeUnlink, UsbipClient, words } from './usbip-client.ts'
import { expectUsbipToHold } from './usbip-fuzz.ts'

const deviceDescriptor = '120100020000004009120100000101020301'
const getDevice = '80 06 0001 0000 4000'
const [init = new Uint8Array()] = encodeInit(Buffer.from('0102030405060708', 'hex'))
const serialNumber = 'GAHT12345678'

runDevicePortContract('USB/IP', async () => {
  const { port: number, socket } = await usbipServer({ port: 0 })
  const port = socket()
  // One client has the device, as a kernel does, and hands each report to every program that has it open there.
  let kernel: Promise<ReportPipe> | undefined
  const attach = async () => {
    const client = await UsbipClient.connect(number)
    await client.import(port.busid)
    return client.pipe()
  }
  const open = () => {
    kernel ??= attach()
    return kernel
  }
  return { port, open, close: () => void kernel?.then(pipe => pipe.close()) }
})

let server: UsbipServer
let fob: Fob
beforeEach(async () => {
  server = await usbipServer({ port: 0 })
  fob = createFob({ serialNumber })
  fob.plug(server.socket())
})
afterEach(() => {
  fob.unplug()
  server.close()
})

async function attached(busid = '1-1'): Promise<UsbipClient> {
  const client = await UsbipClient.connect(server.port)
  expect(await client.import(busid)).toMatchObject({ busid })
  return client
}

describe('a client', () => {
  test('is told what devices there are, on one connection as often as it asks', async () => {
    const second = createFob()
    second.plug(server.socket({ vendorId: 0x1234, productId: 0x5678 }))
    const client = await UsbipClient.connect(server.port)
    const devices = [
      { busid: '1-1', devid: 0x10001, speed: 2, ids: '1209:0001', interfaces: ['03000000'] },
      { busid: '1-2', devid: 0x10002, speed: 2, ids: '1234:5678', interfaces: ['03000000'] },
    ]
    expect(await client.list()).toEqual(devices)
    expect(await client.list()).toEqual(devices)
    second.unplug()
    expect(await client.list()).toEqual(devices.slice(0, 1))
  })

  test('imports a device by the name before the first NUL, whatever is after it', async () => {
    const client = await UsbipClient.connect(server.port)
    expect(await client.import('1-1', 'left over')).toMatchObject({ busid: '1-1', devid: 0x10001, ids: '1209:0001' })
  })

  test.each(['1-2', '1-10', '1', ''])(
    'is refused a device that is not there, "%s", and may try another',
    async busid => {
      const client = await UsbipClient.connect(server.port)
      expect(await client.import(busid)).toBe(4)
      expect(await client.import('1-1')).toMatchObject({ busid: '1-1' })
    },
  )

  test('is refused a device that another has, until that one lets it go', async () => {
    const first = await attached()
    const second = await UsbipClient.connect(server.port)
    expect(await second.import('1-1')).toBe(2)
    first.channel.close()
    while (typeof (await second.import('1-1')) === 'number');
    expect((await second.control(getDevice)).data).toBe(deviceDescriptor)
  })

  test('of another version is told so, and hung up on when it goes on', async () => {
    const channel = await connectTcp({ port: server.port })
    const answer = collect(channel, 8)
    channel.write(Buffer.from('0106800500000000', 'hex'))
    expect(Buffer.from(await answer).toString('hex')).toBe('0111000500000005')
    const end = closed(channel)
    channel.write(Buffer.from('0111800500000000', 'hex'))
    await end
  })

  test.each([
    ['an operation that there is not', '0111800100000000'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex')],
  ])('that says %s gets nothing done', async (_, hex) => {
    const channel = await connectTcp({ port: server.port })
    channel.write(Buffer.from(hex, 'hex'))
    const after = await UsbipClient.connect(server.port)
    expect(await after.list()).toHaveLength(1)
  })

  test.each([
    ['an unknown command', Buffer.concat([words([9, 1]), Buffer.alloc(40)])],
    ['an isochronous direction', Buffer.concat([words([1, 1, 0, 2]), Buffer.alloc(32)])],
    ['more data than any program has', words([1, 1, 0, 0, 1, 0, 0x7fff_ffff, 0, 0, 0, 0, 0])],
    [
      'one number for two transfers',
      Buffer.concat([1, 1].map(seqnum => encodeSubmit(seqnum, 0, { ep: 1, direction: 'in' }))),
    ],
    [
      'transfers without end',
      Buffer.concat(Array.from({ length: 1025 }, (_, seqnum) => encodeSubmit(seqnum, 0, { ep: 1, direction: 'in' }))),
    ],
  ])('that sends %s is hung up on, and the next one is served', async (_, bytes) => {
    const client = await attached()
    const end = closed(client.channel)
    client.channel.write(bytes)
    await end
    await attached()
  })

  test('that does not read is hung up on, and the server keeps no more than 256 KiB for it', async () => {
    const channel = await connectTcp({ port: server.port })
    const end = closed(channel)
    const list = Buffer.concat(Array.from({ length: 4096 }, () => Buffer.from('0111800500000000', 'hex')))
    // Answers are forty times as long: some twenty megabytes, more than the kernel takes for a reader who does not read.
    for (let count = 0; count < 16; count++) channel.write(list)
    const other = await UsbipClient.connect(server.port)
    expect(await other.list()).toHaveLength(1)
    channel.onData(() => {})
    await end
  })
})

describe('transfers', () => {
  test('bring what was asked for and not a byte more', async () => {
    const client = await attached()
    expect(await client.control(getDevice)).toEqual({ status: 0, actualLength: 18, data: deviceDescriptor })
    const short = { status: 0, actualLength: 8, data: deviceDescriptor.slice(0, 16) }
    expect(await client.control('80 06 0001 0000 0800')).toEqual(short)
    // The transfer's buffer and wLength may differ; the less counts.
    const small = client.submit({ ep: 0, direction: 'in', setup: getDevice, length: 8 })
    expect(await small.reply).toEqual(short)
    const large = client.submit({ ep: 0, direction: 'in', setup: '80 06 0001 0000 0800', length: 4096 })
    expect(await large.reply).toEqual(short)
  })

  test('out tell how much was taken, and carry nothing back', async () => {
    const client = await attached()
    const { reply } = client.submit({ ep: 1, direction: 'out', data: init })
    expect(await reply).toEqual({ status: 0, actualLength: 64, data: '' })
    expect(await client.control('00 09 0100 0000 0000')).toEqual({ status: 0, actualLength: 0, data: '' })
  })

  test('that stall are EPIPE', async () => {
    const client = await attached()
    const stalled = { status: -32, actualLength: 0, data: '' }
    expect(await client.control('80 06 0006 0000 0a00')).toEqual(stalled)
    expect(await client.control('02 03 0000 0100 0000')).toMatchObject({ status: 0 })
    expect(await client.submit({ ep: 1, direction: 'out', data: init }).reply).toEqual(stalled)
    expect(await client.control('02 01 0000 0100 0000')).toMatchObject({ status: 0 })
    expect(await client.submit({ ep: 1, direction: 'out', data: init }).reply).toMatchObject({ status: 0 })
  })

  test.each([0, 0xffff_ffff, 7])('may count %d packets, for none is isochronous', async numberOfPackets => {
    const client = await attached()
    const { reply } = client.submit({ ep: 0, direction: 'in', setup: getDevice, length: 18, numberOfPackets })
    expect(await reply).toMatchObject({ data: deviceDescriptor })
  })

  test('in wait for a report, however long, while others go on', async () => {
    const client = await attached()
    let answered = false
    const waiting = client.submit({ ep: 1, direction: 'in', length: 64 }).reply.finally(() => {
      answered = true
    })
    for (let count = 0; count < 50; count++) await client.control(getDevice)
    expect(answered).toBe(false)
    client.submit({ ep: 1, direction: 'out', data: init })
    expect(await waiting).toMatchObject({ status: 0, actualLength: 64 })
  })

  test.each([1, 7, 47, 49, 113])('may come in pieces of %d bytes', async size => {
    const channel = await connectTcp({ port: server.port })
    const write = (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length; at += size) channel.write(bytes.subarray(at, at + size))
    }
    const client = new UsbipClient({ ...channel, write })
    expect(await client.import('1-1')).toMatchObject({ busid: '1-1' })
    const [sent, read] = [
      client.submit({ ep: 1, direction: 'out', data: init }),
      client.submit({ ep: 1, direction: 'in', length: 64 }),
    ]
    expect(await sent.reply).toMatchObject({ actualLength: 64 })
    expect(await read.reply).toMatchObject({ actualLength: 64 })
    channel.close()
  })
})

describe('an unlink', () => {
  test('of a pending transfer ends it, which then is never answered, and no other', async () => {
    const client = await attached()
    const [first, second] = [1, 2].map(() => client.submit({ ep: 1, direction: 'in', length: 64 }))
    if (!first || !second) throw new Error('there are two')
    expect(await client.unlink(first.seqnum)).toBe(-104)
    client.submit({ ep: 1, direction: 'out', data: init })
    expect(await second.reply).toMatchObject({ status: 0, actualLength: 64 })
    await client.control(getDevice)
    expect(client.strays).toEqual([])
  })

  test('of a transfer that is done, or never was, comes too late', async () => {
    const client = await attached()
    const { seqnum, reply } = client.submit({ ep: 0, direction: 'in', setup: getDevice, length: 18 })
    expect(await client.unlink(seqnum)).toBe(0)
    expect(await reply).toMatchObject({ data: deviceDescriptor })
    expect(await client.unlink(4711)).toBe(0)
  })

  test('in one piece with what it unlinks is in time', async () => {
    const client = await attached()
    const answer = collect(client.channel, 48)
    client.channel.write(
      Buffer.concat([encodeSubmit(900, 0, { ep: 1, direction: 'in', length: 64 }), encodeUnlink(901, 0, 900)]),
    )
    expect(Buffer.from(await answer).toString('hex', 0, 24)).toBe(`0000000400000385${'00'.repeat(12)}ffffff98`)
  })
})

describe('a fob', () => {
  test('is read and pressed through the whole stack, by two programs at once', async () => {
    const client = await attached()
    const pipe = client.pipe()
    const [one, two] = [new FobClient(hidLink(pipe)), new FobClient(hidLink(pipe))]
    await Promise.all([one.hello(), two.hello()])
    fob.onWaiting(() => void fob.press())
    const [{ code }, number] = await Promise.all([one.getCode(), two.readSerialNumber()])
    expect(code).toBe(fob.lcd.text)
    expect(number).toBe(serialNumber)
    expect(client.strays).toEqual([])
  })

  test("that is unplugged takes its client away, and no one else's", async () => {
    const second = createFob()
    second.plug(server.socket())
    const [one, two] = [await attached('1-1'), await attached('1-2')]
    const asked = new FobClient(hidLink(one.pipe()))
    await asked.hello()
    const pending = asked.getCode()
    fob.unplug()
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' })
    expect(await two.control(getDevice)).toMatchObject({ data: deviceDescriptor })
    const third = await UsbipClient.connect(server.port)
    expect(await third.import('1-1')).toBe(4)
    second.unplug()
  })

  test('that is attached again knows nothing of the client before: no channel, no report, no halt, no wait', async () => {
    const first = await attached()
    const asked = new FobClient(hidLink(first.pipe()))
    await asked.hello()
    const pending = asked.getCode({ onProgress: () => first.channel.close() })
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' })
    const second = await attachedWhenFree()
    const waiting = second.submit({ ep: 1, direction: 'in', length: 64 })
    await fob.press()
    expect(await second.unlink(waiting.seqnum)).toBe(-104)
    const again = new FobClient(hidLink(second.pipe()))
    await again.hello()
    fob.onWaiting(() => void fob.press())
    expect(await again.getCode()).toMatchObject({ code: fob.lcd.text })
  })

  test('that is attached again answers the new client, not a transfer of the old one', async () => {
    const first = await attached()
    for (let count = 0; count < 3; count++) first.submit({ ep: 1, direction: 'in', length: 64 })
    await first.control(getDevice)
    first.channel.close()
    const second = await attachedWhenFree()
    second.submit({ ep: 1, direction: 'out', data: init })
    expect(await second.submit({ ep: 1, direction: 'in', length: 64 }).reply).toMatchObject({ actualLength: 64 })
  })

  test('may be attached a hundred times, and the server forgets each client', async () => {
    for (let round = 0; round < 100; round++) {
      const client = await attachedWhenFree()
      client.submit({ ep: 1, direction: 'in', length: 64 })
      client.channel.close()
    }
  })

  async function attachedWhenFree(): Promise<UsbipClient> {
    for (;;) {
      const client = await UsbipClient.connect(server.port)
      if (typeof (await client.import('1-1')) !== 'number') return client
      client.channel.close()
    }
  }
})

test('a taken port gives one line that says what to do', async () => {
  await expect(usbipServer({ port: server.port })).rejects.toMatchObject({
    code: 'taken',
    message: `TCP port ${server.port} is taken: choose another, or 0 for any free one`,
  })
})

test('the last fob that is unplugged takes the server with it', async () => {
  fob.unplug()
  await expect(UsbipClient.connect(server.port)).rejects.toMatchObject({ code: 'not-found' })
})

test('whatever a client sends, it is answered what it asked and nothing else', () => {
  expectUsbipToHold(3000)
})
