import { afterEach, describe, expect, test } from 'vitest'
import { createFob } from '../../firmware-sim/create-fob.ts'
import type { Fob } from '../../firmware-sim/fob.ts'
import { memoryCable, memoryPort } from '../../firmware-sim/transport/memory.ts'
import { ptyPort } from '../../firmware-sim/transport/pty.ts'
import { FobClient } from '../../host/fob-client.ts'
import { connectMemory } from '../../host/transport/memory.ts'
import { connectSerial } from '../../host/transport/serial.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { decodeMessage, type Event, encodeMessage, type FromFob, type Message } from '../../protocol/messages/codec.ts'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { settled } from '../../protocol/time/settled.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'
import { closed } from '../contract/cable-ends.ts'
import { tier } from '../tier.ts'

describe('with a real fob', () => {
  const open: AsyncDisposable[] = []
  afterEach(async () => {
    for (const fob of open.splice(0)) await fob[Symbol.asyncDispose]()
  })

  async function plugged(): Promise<{ fob: Fob; client: FobClient }> {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1) * 1000)
    const fob = createFob({ clock, entropy: seededEntropy(1), serialNumber: 'GAHT12345678' })
    open.push(fob)
    const port = memoryPort()
    fob.plug(port)
    const client = new FobClient(serialLink(connectMemory(port)), { clock, entropy: seededEntropy(2) })
    await client.hello()
    return { fob, client }
  }

  test('hello, the serial number, the status and the clock are read', async () => {
    const { fob, client } = await plugged()
    expect(await client.hello()).toMatchObject({ version: 1 })
    expect(await client.readSerialNumber()).toBe('GAHT12345678')
    expect(await client.readStatus()).toMatchObject({ state: 'personalised', kind: 'TOTP', digits: 6, lit: false })
    expect(await client.readClock()).toBe(fob.deviceTimeUs)
  })

  test('a code is given after the press, and is the one on the LCD', async () => {
    const { fob, client } = await plugged()
    const waiting = Promise.withResolvers<string>()
    const asked = client.getCode({ onProgress: ({ waitingFor }) => waiting.resolve(waitingFor) })
    expect(await waiting.promise).toBe('press')
    const shown = await fob.press()
    expect(await asked).toEqual({ code: shown, remainingMs: expect.any(Number) })
  })

  test('other commands are answered while a code is waited for', async () => {
    const { fob, client } = await plugged()
    const asked = client.getCode()
    expect(await Promise.all([client.readSerialNumber(), client.readClock()])).toEqual([
      'GAHT12345678',
      fob.deviceTimeUs,
    ])
    const shown = await fob.press()
    expect((await asked).code).toBe(shown)
  })

  test('a second request for a code is refused as busy', async () => {
    const { fob, client } = await plugged()
    const first = client.getCode()
    await expect(client.getCode()).rejects.toMatchObject({ code: 'failed', reason: 'busy' })
    await fob.press()
    await first
  })

  test('a request sent again after another command is not refused as a second one', async () => {
    const { fob } = await plugged()
    const port = memoryPort()
    fob.plug(port)
    const link = serialLink(connectMemory(port))
    const heard: Message['type'][] = []
    link.onMessage(bytes => heard.push(decodeMessage(bytes).type))
    const getCode = encodeMessage({ type: 'request', txid: 1, name: 'getCode', body: {} })
    link.send(getCode)
    link.send(encodeMessage({ type: 'request', txid: 2, name: 'readClock', body: {} }))
    link.send(getCode)
    await settled()
    expect(heard).toEqual(['progress', 'response', 'progress'])
  })

  test('after an abort the fob waits no more', async () => {
    const { client } = await plugged()
    const abort = new AbortController()
    const asked = client.getCode({ signal: abort.signal, onProgress: () => abort.abort('enough') })
    await expect(asked).rejects.toMatchObject({ code: 'canceled', cause: 'enough' })
    const second = new AbortController()
    const again = client.getCode({ signal: second.signal, onProgress: () => second.abort() })
    await expect(again).rejects.toMatchObject({ code: 'canceled' })
  })

  test('events are heard until they are no longer wanted', async () => {
    const { fob, client } = await plugged()
    const heard: Event['name'][] = []
    const end = client.events(({ name }) => heard.push(name))
    await fob.press()
    await client.readClock()
    expect(heard).toEqual(['pressed', 'display'])
    end()
    await fob.hold({ seconds: 3 })
    await client.readClock()
    expect(heard).toEqual(['pressed', 'display'])
  })

  test('pulling the plug fails what is waiting', async () => {
    const { fob, client } = await plugged()
    const asked = client.getCode({ onProgress: () => fob.unplug() })
    await expect(asked).rejects.toMatchObject({ code: 'disconnected' })
    await expect(client.readClock()).rejects.toMatchObject({ code: 'disconnected' })
  })

  test('a fob without a seed says so', async () => {
    const { fob, client } = await plugged()
    fob.tamper()
    await expect(client.getCode()).rejects.toMatchObject({ code: 'failed', reason: 'not-personalised' })
  })
})

tier('over a PTY', process.platform === 'win32' ? 'pseudo-terminals: Windows has none' : undefined, () => {
  test('one program may follow another', async () => {
    await using fob = createFob({ serialNumber: 'GAHT12345678' })
    const port = await ptyPort()
    fob.plug(port)
    for (let program = 0; program < 2; program++) {
      const channel = await connectSerial(port.path)
      const client = new FobClient(serialLink(channel))
      await client.hello()
      expect(await client.readSerialNumber()).toBe('GAHT12345678')
      const pressed = Promise.withResolvers<string>()
      const asked = client.getCode({ onProgress: () => pressed.resolve(fob.press()) })
      expect((await asked).code).toBe(await pressed.promise)
      client.close()
      await closed(channel)
    }
  })

  test('a program that died while it waited does not keep the next one waiting', async () => {
    await using fob = createFob()
    const port = await ptyPort()
    fob.plug(port)
    const channel = await connectSerial(port.path)
    const died = new FobClient(serialLink(channel))
    await died.hello()
    const outcome = expect(died.getCode({ onProgress: () => channel.close() })).rejects.toMatchObject({
      code: 'disconnected',
    })
    await closed(channel)
    await outcome
    const client = new FobClient(serialLink(await connectSerial(port.path)))
    await client.hello()
    const { code } = await client.getCode({ onProgress: () => void fob.press() })
    expect(code).toBe(fob.lcd.text)
    client.close()
  })
})

describe('with a fob that is played', () => {
  interface Played {
    readonly client: FobClient
    readonly clock: VirtualClock
    /** What the host has sent. */
    readonly heard: Message[]
    readonly heardBytes: Uint8Array[]
    say(message: FromFob): void
    sayBytes(message: Uint8Array): void
    unplug(): void
  }

  /** A fob that answers nothing but what the test says, except a greeting. */
  async function greeted(): Promise<Played> {
    const [fobEnd, hostEnd] = memoryCable()
    const clock = new VirtualClock()
    const link = serialLink(fobEnd)
    const [heard, heardBytes]: [Message[], Uint8Array[]] = [[], []]
    const say = (message: FromFob) => link.send(encodeMessage(message))
    link.onMessage(bytes => {
      const message = decodeMessage(bytes)
      if (message.type === 'request' && message.name === 'hello')
        return say({ ...message, type: 'response', body: { version: 1, model: 'played', firmware: '1.0' } })
      heard.push(message)
      heardBytes.push(bytes)
    })
    const client = new FobClient(serialLink(hostEnd), { clock, entropy: seededEntropy(3) })
    await client.hello()
    return { client, clock, heard, heardBytes, say, sayBytes: bytes => link.send(bytes), unplug: () => link.close() }
  }

  function txidOf(message: Message | undefined): number {
    return message?.txid ?? Number.NaN
  }

  test('an unanswered request is sent again each second, the same bytes, and given up after the fourth', async () => {
    const { client, clock, heard, heardBytes } = await greeted()
    const asked = client.readClock()
    const outcome = expect(asked).rejects.toMatchObject({ code: 'timeout' })
    await settled()
    for (const sent of [1, 2, 3, 4]) {
      expect(heardBytes).toHaveLength(sent)
      expect(heardBytes.at(-1)).toEqual(heardBytes[0])
      await clock.runFor({ milliseconds: 999 })
      expect(heardBytes).toHaveLength(sent)
      await clock.runFor({ milliseconds: 1 })
    }
    await outcome
    expect(heard.map(({ type }) => type)).toEqual(['request', 'request', 'request', 'request', 'cancel'])
  })

  test('an answer to the last try is in time', async () => {
    const { client, clock, heard, say } = await greeted()
    const asked = client.readClock()
    await clock.runFor({ milliseconds: 3999 })
    say({ type: 'response', txid: txidOf(heard[0]), name: 'readClock', body: { deviceTimeUs: 7 } })
    expect(await asked).toBe(7)
    await clock.runFor({ seconds: 10 })
    expect(heard).toHaveLength(4)
  })

  test('after progress it waits for days without asking again', async () => {
    const { client, clock, heard, say } = await greeted()
    const asked = client.getCode()
    await settled()
    const txid = txidOf(heard[0])
    say({ type: 'progress', txid, name: 'getCode', body: { waitingFor: 'press' } })
    await settled()
    await clock.runFor({ days: 3 })
    expect(heard).toHaveLength(1)
    say({ type: 'response', txid, name: 'getCode', body: { code: '123456' } })
    expect(await asked).toEqual({ code: '123456' })
  })

  test('progress that comes while the request is still being sent counts as well', async () => {
    const clock = new VirtualClock()
    const sent: Message[] = []
    let say = (_: FromFob) => {}
    const client = new FobClient(
      {
        send(bytes) {
          const message = decodeMessage(bytes)
          sent.push(message)
          const { txid } = message
          if (sent.length === 1)
            say({ type: 'response', txid, name: 'hello', body: { version: 1, model: 'played', firmware: '1.0' } })
          else say({ type: 'progress', txid, name: 'getCode', body: { waitingFor: 'press' } })
        },
        onMessage(listener) {
          say = message => listener(encodeMessage(message))
        },
        onClose() {},
        close() {},
        dropped: 0,
      },
      { clock, entropy: seededEntropy(3) },
    )
    await client.hello()
    const asked = client.getCode()
    await clock.runFor({ days: 3 })
    expect(sent).toHaveLength(2)
    say({ type: 'response', txid: txidOf(sent[1]), name: 'getCode', body: { code: '123456' } })
    expect(await asked).toEqual({ code: '123456' })
  })

  test('an abort sends a cancel for that request and no other', async () => {
    const { client, heard, say } = await greeted()
    const abort = new AbortController()
    const asked = client.getCode({ signal: abort.signal })
    const clockRead = client.readClock()
    await settled()
    abort.abort()
    await expect(asked).rejects.toMatchObject({ code: 'canceled' })
    await settled()
    const [codeRequest, clockRequest, cancel] = heard
    expect(cancel).toEqual({ type: 'cancel', txid: txidOf(codeRequest), name: 'getCode', body: {} })
    say({ type: 'failure', txid: txidOf(codeRequest), name: 'getCode', body: { reason: 'canceled' } })
    say({ type: 'response', txid: txidOf(clockRequest), name: 'readClock', body: { deviceTimeUs: 1 } })
    expect(await clockRead).toBe(1)
  })

  test('a signal that has aborted already sends nothing', async () => {
    const { client, heard } = await greeted()
    await expect(client.getCode({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'canceled' })
    await settled()
    expect(heard).toEqual([])
  })

  test('answers find their requests in any order', async () => {
    const { client, heard, say } = await greeted()
    const asked = [client.readClock(), client.readClock(), client.readClock()]
    await settled()
    for (const { txid } of heard.toReversed())
      say({ type: 'response', txid, name: 'readClock', body: { deviceTimeUs: txid } })
    expect(await Promise.all(asked)).toEqual(heard.map(txidOf))
    expect(new Set(heard.map(txidOf)).size).toBe(3)
  })

  test('an answer to nobody is let pass', async () => {
    const { client, heard, say } = await greeted()
    const asked = client.readClock()
    await settled()
    const txid = txidOf(heard[0])
    say({ type: 'response', txid: txid + 1, name: 'readClock', body: { deviceTimeUs: 1 } })
    say({ type: 'response', txid, name: 'readClock', body: { deviceTimeUs: 2 } })
    expect(await asked).toBe(2)
  })

  test('an answer that is malformed fails its request with the place of the fault', async () => {
    const { client, heardBytes, sayBytes } = await greeted()
    const asked = client.readClock()
    await settled()
    const [, high = 0, low = 0, opcode = 0] = heardBytes[0] ?? []
    sayBytes(Uint8Array.of(1, high, low, opcode, 0xa0))
    await expect(asked).rejects.toMatchObject({ code: 'missing-field', path: 'readClock.response.deviceTimeUs' })
  })

  test('an answer to another command fails the request', async () => {
    const { client, heard, say } = await greeted()
    const asked = client.readClock()
    await settled()
    say({ type: 'response', txid: txidOf(heard[0]), name: 'readSerialNumber', body: { serialNumber: 'X' } })
    await expect(asked).rejects.toMatchObject({ name: 'WireError', path: 'readClock' })
  })

  test("a refusal carries the fob's reason and detail", async () => {
    const { client, heard, say } = await greeted()
    const asked = client.getCode()
    await settled()
    say({ type: 'failure', txid: txidOf(heard[0]), name: 'getCode', body: { reason: 'battery-flat', detail: '1.8 V' } })
    await expect(asked).rejects.toMatchObject({
      code: 'failed',
      reason: 'battery-flat',
      message: "the fob's battery is flat: replace the battery or the fob (1.8 V)",
    })
  })

  test('a closed line fails all that is pending', async () => {
    const { client, unplug } = await greeted()
    const asked = [client.readClock(), client.getCode()]
    const outcomes = asked.map(each => expect(each).rejects.toMatchObject({ code: 'disconnected' }))
    unplug()
    await Promise.all(outcomes)
  })

  test('closing cancels what is pending before it hangs up', async () => {
    const { client, heard } = await greeted()
    const asked = client.getCode()
    const outcome = expect(asked).rejects.toMatchObject({ code: 'disconnected' })
    client.close()
    await outcome
    await settled()
    expect(heard.map(({ type }) => type)).toEqual(['request', 'cancel'])
  })

  test('without a greeting nothing is asked', async () => {
    const [, hostEnd] = memoryCable()
    const client = new FobClient(serialLink(hostEnd))
    await expect(client.readSerialNumber()).rejects.toThrow(new TypeError('greet the fob first: await client.hello()'))
  })
})
