import { once } from 'node:events'
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FobClient } from '../../host/fob-client.ts'
import { connectSerial } from '../../host/transport/serial.ts'
import { connectTcp } from '../../host/transport/tcp.ts'
import { encodeFrame } from '../../protocol/framing/serial-frames.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { encodeMessage } from '../../protocol/messages/codec.ts'
import { expectRefusal, type Plugged, Softfob } from './softfob.ts'

async function withFob(): Promise<Softfob> {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp', '--serial', 'GAHT12345678')
  return softfob
}

/** A host on the fob's first port. */
async function host({ ready }: Plugged): Promise<FobClient> {
  const [{ path, port = 0 } = {}] = ready.on
  const client = new FobClient(serialLink(await (path === undefined ? connectTcp({ port }) : connectSerial(path))))
  onTestFinished(() => client.close())
  await client.hello()
  return client
}

function counterOf(reading: unknown): unknown {
  return Reflect.get(Object(reading), 'counter')
}

/** Half a request, as a host leaves behind that dies while it writes. */
const request = encodeFrame(encodeMessage({ type: 'request', txid: 7, name: 'getCode', body: {} }))
const half = request.subarray(0, request.length / 2)

describe('the ready line', () => {
  const pty = { kind: 'pty', path: expect.stringMatching(/^\/dev\//) }
  const tcp = { kind: 'tcp', port: expect.any(Number) }
  test.each([
    [[], [pty]],
    [['--on', 'pty'], [pty]],
    [['--on', 'tcp'], [tcp]],
    [['--on', 'tcp', '--port', '0', '--json'], [tcp]],
    [['--on', 'rfc2217'], [{ ...tcp, kind: 'rfc2217' }]],
    [
      ['--on', 'pty', '--on', 'tcp'],
      [pty, tcp],
    ],
  ])('of run %j is the only one, and says where the fob is plugged in', async (options, on) => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', ...options)
    expect(fob.ready).toEqual({ ready: true, serialNumber: 'GAHT12345678', on })
    const { stdout, stderr } = await fob.end('SIGTERM')
    expect(stdout).toBe(`${JSON.stringify(fob.ready)}\n`)
    expect(stderr).toBe('')
  })

  test('tells the truth: hosts on both ports read the fob', async () => {
    const softfob = await withFob()
    const { ready } = await softfob.plugIn('alice', '--on', 'pty', '--on', 'tcp')
    const [pty, tcp] = ready.on
    const hosts = [await connectSerial(pty?.path ?? ''), await connectTcp({ port: tcp?.port ?? 0 })]
    for (const channel of hosts) {
      const client = new FobClient(serialLink(channel))
      await client.hello()
      expect(await client.readSerialNumber()).toBe('GAHT12345678')
      client.close()
    }
  })
})

describe('the button', () => {
  test('is pressed whenever a host asks, when there is no terminal', async () => {
    const softfob = await withFob()
    const client = await host(await softfob.plugIn('alice'))
    expect((await client.getCode()).code).toMatch(/^\d{6}$/)
  })

  test('is pressed by nobody with --press never, but by softfob code', async () => {
    const softfob = await withFob()
    const client = await host(await softfob.plugIn('alice', '--on', 'tcp', '--press', 'never'))
    const asked = Promise.withResolvers<void>()
    const answer = client.getCode({ onProgress: () => asked.resolve() })
    await asked.promise
    const pressed = await softfob.ask('code', 'alice')
    expect((await answer).code).toBe(pressed)
  })

  test('is pressed by SIGUSR1 with --press signal', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'tcp', '--press', 'signal')
    const client = await host(fob)
    const { code } = await client.getCode({ onProgress: () => fob.process.kill('SIGUSR1') })
    expect(code).toMatch(/^\d{6}$/)
  })
})

describe('while it runs', () => {
  test('codes of a host and of softfob code take turns, and no counter comes twice', async () => {
    const softfob = await withFob()
    const client = await host(await softfob.plugIn('alice', '--on', 'tcp'))
    const codes: string[] = []
    for (let turn = 0; turn < 4; turn++) {
      codes.push((await client.getCode()).code)
      const reading = await softfob.askJson('code', 'alice')
      expect(reading).toMatchObject({ counter: 2 * turn + 1 })
      codes.push(String(Reflect.get(Object(reading), 'code')))
    }
    expect(new Set(codes).size).toBe(8)
  })

  test('list says so, and no longer when it has ended', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice')
    const { on } = fob.ready
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ name: 'alice', running: { on, dropped: 0 } }] })
    expect(await softfob.ask('list')).toBe(`alice            GAHT12345678   HOTP  running on ${on[0]?.path}`)
    await fob.end('SIGTERM')
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ name: 'alice', running: false }] })
  })

  test('list counts the garbage that it has been sent', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'tcp')
    const { on } = fob.ready
    const noisy = connect(on[0]?.port ?? 0, '127.0.0.1')
    noisy.end(Uint8Array.of(0, 3, 0x55, 0x55, 0, 3, 0x55, 0x55, 0))
    await once(noisy.resume(), 'close')
    // Who is let in after it has been heard to its end.
    await host(fob)
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ running: { on, dropped: 2 } }] })
    expect(await softfob.ask('list')).toMatch(/running on 127\.0\.0\.1:\d+, broken frames: 2$/)
  })

  test('it can be registered over the wire, with nobody at the button', async () => {
    const softfob = await withFob()
    await softfob.plugIn('alice', '--on', 'tcp', '--press', 'auto')
    expect(await softfob.askJson('register', 'alice', '--user', 'alice')).toMatchObject({
      result: 'enabled',
      serialNumber: 'GAHT12345678',
    })
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ userName: 'alice', running: { dropped: 0 } }] })
  })

  test('it is not run a second time', async () => {
    const softfob = await withFob()
    await softfob.plugIn('alice')
    expectRefusal(await softfob.run(['run', 'alice']), /alice is in use by another process: end that one/)
  })
})

describe('a host that dies in the middle of a message does not stop the next', () => {
  test('on TCP', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'tcp')
    const dying = connect(fob.ready.on[0]?.port ?? 0, '127.0.0.1')
    await once(dying, 'connect')
    dying.write(half, () => dying.resetAndDestroy())
    await once(dying, 'close')
    expect((await (await host(fob)).getCode()).code).toMatch(/^\d{6}$/)
  })

  test('on a PTY', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'pty')
    const dying = openSync(fob.ready.on[0]?.path ?? '', 'r+')
    writeSync(dying, half)
    closeSync(dying)
    expect((await (await host(fob)).getCode()).code).toMatch(/^\d{6}$/)
  })

  test('nor does one that dies while it waits for a press', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'tcp', '--press', 'never')
    const asked = Promise.withResolvers<void>()
    const dying = await host(fob)
    const lost = dying.getCode({ onProgress: () => asked.resolve() }).catch((error: unknown) => error)
    await asked.promise
    dying.close()
    expect(await lost).toMatchObject({ code: 'disconnected' })
    expect(await (await host(fob)).readSerialNumber()).toBe('GAHT12345678')
  })
})

describe('it ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('cleanly on %s: exit 0, no socket, and the fob is free', async signal => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'pty', '--on', 'tcp')
    expect(await fob.end(signal)).toMatchObject({ exitCode: 0, stderr: '' })
    for (const folder of readdirSync(softfob.temporary)) {
      expect(readdirSync(`${softfob.temporary}/${folder}`)).toEqual([])
    }
    expect(counterOf(await softfob.askJson('code', 'alice'))).toBe(0)
    await softfob.plugIn('alice')
  })

  test('also in the middle of a press that nobody makes; its host is told', async () => {
    const softfob = await withFob()
    const fob = await softfob.plugIn('alice', '--on', 'pty', '--press', 'never')
    const asked = Promise.withResolvers<void>()
    const lost = (await host(fob)).getCode({ onProgress: () => asked.resolve() }).catch((error: unknown) => error)
    await asked.promise
    expect(await fob.end('SIGTERM')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await lost).toMatchObject({ code: 'disconnected' })
  })

  test('by SIGKILL, and can be used and run again at once with no counter twice', async () => {
    const softfob = await withFob()
    for (let turn = 0; turn < 2; turn++) {
      const fob = await softfob.plugIn('alice', '--on', 'tcp')
      expect(counterOf(await softfob.askJson('code', 'alice'))).toBe(2 * turn)
      await fob.end('SIGKILL')
      expect(counterOf(await softfob.askJson('code', 'alice'))).toBe(2 * turn + 1)
      expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ running: false }] })
    }
  })
})

test('a TCP port that is taken is refused, and the fob is free again', async () => {
  const softfob = await withFob()
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const refused = await softfob.run(['run', 'alice', '--on', 'pty', '--on', 'tcp', '--port', port])
  expectRefusal(refused, new RegExp(`TCP port ${port} is taken: choose another, or 0 for any free one`))
  expect(counterOf(await softfob.askJson('code', 'alice'))).toBe(0)
})
