import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { pressRunning, serveControl, statusOfRunning, wireToRunning } from '../../../firmware-sim/drawer/control.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { readCode } from '../../../firmware-sim/reading.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { encodeFrame } from '../../../protocol/framing/serial-frames.ts'
import { serialLink } from '../../../protocol/framing/serial-link.ts'
import { decodeMessage, encodeMessage, type Message } from '../../../protocol/messages/codec.ts'
import type { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { benchFob } from '../wired-host.ts'

/** A frame that is too short and whose checksum is none. */
const garbage = Uint8Array.of(0, 3, 0x55, 0x55, 0)

let folder = ''
let address = ''
let clock: VirtualClock
let fob: Fob

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'softfob-control-'))
  address = join(folder, 'socket')
  ;({ clock, fob } = benchFob({ kind: 'HOTP' }))
})
afterEach(() => rmSync(folder, { recursive: true }))

function serve(): Promise<Disposable> {
  return serveControl(address, {
    status: () => ({ on: [{ kind: 'tcp', port: 4711 }], dropped: fob.dropped }),
    press: ({ minRemainingUs }) => readCode(fob, clock, { minRemainingUs }),
    connect: channel => fob.connect(channel),
  })
}

/** The next message that comes over the line. */
function nextMessage(link: ReturnType<typeof serialLink>): Promise<Message> {
  return new Promise(resolve => link.onMessage(bytes => resolve(decodeMessage(bytes))))
}

function closed(channel: ByteChannel): Promise<void> {
  return new Promise(resolve => channel.onClose(resolve))
}

test('a press from outside presses the running fob, and gives what it shows', async () => {
  using _ = await serve()
  expect(await pressRunning(address, 0)).toEqual({ code: '755224', serialNumber: 'GAHT12345678', counter: 0 })
  expect(fob.lcd.text).toBe('755224')
  expect(await pressRunning(address, 0)).toMatchObject({ code: '287082', counter: 1 })
  expect(fob.counter).toBe(2)
})

test('presses at the same time get a counter each', async () => {
  using _ = await serve()
  const readings = await Promise.all(Array.from({ length: 5 }, () => pressRunning(address, 0)))
  expect(readings.map(reading => reading?.counter).sort()).toEqual([0, 1, 2, 3, 4])
  expect(new Set(readings.map(reading => reading?.code)).size).toBe(5)
})

test('a TOTP code with too little life left is waited out', async () => {
  ;({ clock, fob } = benchFob())
  using _ = await serve()
  await clock.runFor({ seconds: 28 })
  const reading = await pressRunning(address, 5e6)
  expect(fob.deviceTimeUs % 30e6).toBe(0)
  expect(reading?.code).toBe(fob.lcd.text)
})

test('a press that shows no code fails in its own words', async () => {
  using _ = await serve()
  fob.tamper()
  await expect(pressRunning(address, 0)).rejects.toThrow('this fob was tampered with and its seed is gone')
})

test('a wire from outside is a serial line to the running fob', async () => {
  using _ = await serve()
  const channel = await wireToRunning(address)
  if (channel === undefined) throw new Error('nothing runs there')
  const link = serialLink(channel)
  let answer = nextMessage(link)
  link.send(encodeMessage({ type: 'request', txid: 1, name: 'readSerialNumber', body: {} }))
  expect(await answer).toMatchObject({ body: { serialNumber: 'GAHT12345678' } })

  answer = nextMessage(link)
  link.send(encodeMessage({ type: 'request', txid: 2, name: 'getCode', body: {} }))
  expect(await answer).toMatchObject({ type: 'progress' })
  answer = nextMessage(link)
  await fob.press()
  expect(await answer).toMatchObject({ type: 'response', body: { code: '755224' } })
  channel.close()
})

test('its status is where it is plugged in and how many broken frames it has dropped, of lines that have ended too', async () => {
  using _ = await serve()
  const on = [{ kind: 'tcp', port: 4711 }]
  expect(await statusOfRunning(address)).toEqual({ on, dropped: 0 })
  for (const dropped of [1, 2]) {
    const channel = await wireToRunning(address)
    if (channel === undefined) throw new Error('nothing runs there')
    const answer = nextMessage(serialLink(channel))
    channel.write(garbage)
    channel.write(encodeFrame(encodeMessage({ type: 'request', txid: 1, name: 'readSerialNumber', body: {} })))
    await answer
    expect(await statusOfRunning(address)).toEqual({ on, dropped })
    channel.close()
  }
})

test('a process that does not say how it is runs all the same', async () => {
  const older = createServer(socket => socket.end('{"error":"there is nothing but press and wire"}\n'))
  onTestFinished(() => void older.close())
  await once(older.listen(address), 'listening')
  expect(await statusOfRunning(address)).toBe('silent')
})

test('a wire that breaks frees the fob for the next host', async () => {
  using _ = await serve()
  for (let round = 0; round < 3; round++) {
    const channel = await wireToRunning(address)
    if (channel === undefined) throw new Error('nothing runs there')
    const link = serialLink(channel)
    const answer = nextMessage(link)
    link.send(encodeMessage({ type: 'request', txid: 1, name: 'getCode', body: {} }))
    expect(await answer).toMatchObject({ type: 'progress' })
    channel.close()
    await pressRunning(address, 0)
  }
})

describe('when nothing runs there', () => {
  test('there is neither a press nor a wire', async () => {
    expect(await pressRunning(address, 0)).toBeUndefined()
    expect(await wireToRunning(address)).toBeUndefined()
    expect(await statusOfRunning(address)).toBeUndefined()
  })

  test('what was left behind by a process that died is in nobody’s way', async () => {
    writeFileSync(address, '')
    expect(await pressRunning(address, 0)).toBeUndefined()
    using _ = await serve()
    expect(await pressRunning(address, 0)).toMatchObject({ code: '755224' })
  })

  test('because it has ended, its lines end and its socket is gone', async () => {
    const control = await serve()
    const channel = await wireToRunning(address)
    if (channel === undefined) throw new Error('nothing runs there')
    const ended = closed(channel)
    channel.onData(() => {})
    control[Symbol.dispose]()
    await ended
    expect(await pressRunning(address, 0)).toBeUndefined()
    expect(existsSync(address)).toBe(false)
  })
})

describe('whoever speaks nonsense', () => {
  test.each(['hello', '{"want":"seed"}', '{}', 'null'])('such as %s presses nothing', async line => {
    using _ = await serve()
    const socket = connect(address)
    socket.write(`${line}\n`)
    expect(JSON.parse(await text(socket))).toEqual({ error: expect.any(String) })
    expect(fob.counter).toBe(0)
  })

  test('at length is hung up on', async () => {
    using _ = await serve()
    const socket = connect(address).on('error', () => {})
    socket.write('x'.repeat(10_000))
    await once(socket.resume(), 'close')
    expect(await pressRunning(address, 0)).toMatchObject({ counter: 0 })
  })

  test('or nothing at all and leaves, is forgotten', async () => {
    using _ = await serve()
    const socket = connect(address)
    await once(socket, 'connect')
    socket.destroy()
    expect(await pressRunning(address, 0)).toMatchObject({ counter: 0 })
  })
})
