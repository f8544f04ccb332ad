import { describe, expect, test } from 'vitest'
import { encodeMessage, type FromHost, type Request } from '../../protocol/messages/codec.ts'
import { commands, events } from '../../protocol/messages/table.ts'
import { benchFob, wire } from './wired-host.ts'

function getCode(txid: number): Request<'getCode'> {
  return { type: 'request', txid, name: 'getCode', body: {} }
}

function hello(txid: number, version = 1): Request<'hello'> {
  return { type: 'request', txid, name: 'hello', body: { version } }
}

const readSerialNumber = (txid: number): FromHost => ({ type: 'request', txid, name: 'readSerialNumber', body: {} })
const readStatus = (txid: number): FromHost => ({ type: 'request', txid, name: 'readStatus', body: {} })
const cancel = (txid: number): FromHost => ({ type: 'cancel', txid, name: 'getCode', body: {} })

describe('a host is answered', () => {
  test('hello with the version, the model and the firmware', async () => {
    const host = wire(benchFob().fob)
    host.say(hello(1))
    expect(await host.taken()).toEqual([
      { type: 'response', txid: 1, name: 'hello', body: { version: 1, model: 'SF-1', firmware: '1.0.0' } },
    ])
  })

  test('hello in another version with a failure', async () => {
    const host = wire(benchFob().fob)
    host.say(hello(1, 2))
    expect(await host.taken()).toMatchObject([{ type: 'failure', txid: 1, body: { reason: 'unsupported-version' } }])
  })

  test('its questions about the fob', async () => {
    const { clock, fob } = benchFob({ clockOffset: { seconds: 3 }, battery: { percent: 40 } })
    const host = wire(fob)
    host.say(readSerialNumber(1))
    host.say(readStatus(2))
    host.say({ type: 'request', txid: 3, name: 'readClock', body: {} })
    const status = { state: 'personalised', kind: 'TOTP', hash: 'SHA-1', digits: 6, timeStepSeconds: 30 }
    expect(await host.taken()).toEqual([
      { type: 'response', txid: 1, name: 'readSerialNumber', body: { serialNumber: 'GAHT12345678' } },
      { type: 'response', txid: 2, name: 'readStatus', body: { ...status, batteryPercent: 40, lit: false } },
      { type: 'response', txid: 3, name: 'readClock', body: { deviceTimeUs: clock.nowUs() + 3e6 } },
    ])
  })

  test('a code only when the button is pressed, with the time that it has left', async () => {
    const { clock, fob } = benchFob()
    const host = wire(fob)
    host.say(getCode(7))
    expect(await host.taken()).toEqual([{ type: 'progress', txid: 7, name: 'getCode', body: { waitingFor: 'press' } }])
    await clock.runFor({ seconds: 34 })
    expect(await host.taken()).toEqual([])
    const code = await fob.press()
    expect(await host.taken()).toEqual([
      { type: 'response', txid: 7, name: 'getCode', body: { code, remainingMs: 26_000 } },
    ])
    await clock.runFor({ seconds: 1 })
    await fob.press()
    expect(await host.taken()).toEqual([])
  })

  test('an HOTP code without a remaining time', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    await fob.press()
    expect((await host.taken()).at(-1)?.body).toEqual({ code: '755224' })
  })
})

describe('a request for a code fails', () => {
  test('as busy while another host waits, who gets the code', async () => {
    const { fob } = benchFob()
    const [first, second] = [wire(fob), wire(fob)]
    first.say(getCode(1))
    second.say(getCode(1))
    expect(await second.taken()).toMatchObject([{ type: 'failure', txid: 1, body: { reason: 'busy' } }])
    const code = await fob.press()
    expect(await first.taken()).toMatchObject([{ type: 'progress' }, { type: 'response', body: { code } }])
    expect(await second.taken()).toEqual([])
  })

  test('as canceled when its host cancels it, and not when another one does', async () => {
    const { fob } = benchFob()
    const [host, other] = [wire(fob), wire(fob)]
    host.say(getCode(1))
    other.say(cancel(1))
    host.say(cancel(2))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }])
    host.say(cancel(1))
    expect(await host.taken()).toMatchObject([{ type: 'failure', txid: 1, body: { reason: 'canceled' } }])
    await fob.press()
    expect([...(await host.taken()), ...(await other.taken())]).toEqual([])
  })

  test('as not personalised when the seed is gone, before and after it began to wait', async () => {
    const { fob } = benchFob()
    const host = wire(fob)
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }])
    fob.tamper()
    await expect(fob.press()).rejects.toThrow()
    host.say(getCode(2))
    expect(await host.taken()).toMatchObject([
      { type: 'failure', txid: 1, body: { reason: 'not-personalised' } },
      { type: 'failure', txid: 2, body: { reason: 'not-personalised' } },
    ])
  })

  test('as a flat battery', async () => {
    const host = wire(benchFob({ battery: { percent: 0 } }).fob)
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'failure', body: { reason: 'battery-flat' } }])
  })

  test('as a flat battery when the cell ran out while it waited, and no counter is burned', async () => {
    const { clock, fob } = benchFob({ kind: 'HOTP', battery: { percent: 1 } })
    const host = wire(fob)
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }])
    await clock.fastForward({ days: 365 })
    await expect(fob.press()).rejects.toMatchObject({ code: 'too-pale' })
    expect(await host.taken()).toMatchObject([{ type: 'failure', txid: 1, body: { reason: 'battery-flat' } }])
    expect(fob.counter).toBe(0)
  })

  test('as failed storage when the counter could not be written; the status says so until it can', async () => {
    let room = false
    const { fob } = benchFob({ kind: 'HOTP' }, () => {
      if (!room) throw new Error('no room')
    })
    const host = wire(fob)
    host.say(getCode(1))
    await expect(fob.press()).rejects.toThrow()
    host.say(readStatus(2))
    expect(await host.taken()).toMatchObject([
      { type: 'progress' },
      { type: 'failure', body: { reason: 'storage-failed' } },
      { body: { fault: 'storage' } },
    ])
    room = true
    await fob.press()
    host.say(readStatus(3))
    expect((await host.taken()).at(-1)?.body).not.toHaveProperty('fault')
  })

  test('not at all when its host has hung up: the next host can ask', async () => {
    const { fob } = benchFob()
    const gone = wire(fob)
    gone.say(getCode(1))
    await gone.taken()
    gone.hangUp()
    const host = wire(fob)
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }])
  })

  test('not at all when its host greets anew', async () => {
    const { fob } = benchFob()
    const host = wire(fob)
    host.say(getCode(1))
    host.say(hello(2))
    host.say(getCode(3))
    await fob.press()
    const finals = (await host.taken()).filter(({ name, type }) => name === 'getCode' && type !== 'progress')
    expect(finals).toMatchObject([{ txid: 3, type: 'response' }])
  })
})

describe('a request that is sent again', () => {
  test('after its answer gets the same bytes, burns no counter and needs no press', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    await fob.press()
    const answer = (await host.takenBytes()).at(-1)
    for (let again = 0; again < 3; again++) {
      host.say(getCode(1))
      expect(await host.takenBytes()).toEqual([answer])
    }
    expect(fob.counter).toBe(1)
    expect(await fob.press()).toBe('287082')
  })

  test('while it waits is told so again, and answered once', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }, { type: 'progress' }])
    await fob.press()
    expect(await host.taken()).toMatchObject([{ type: 'response', body: { code: '755224' } }])
  })

  test('while it waits, after other questions, is told so again, and answered once', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    host.say(readStatus(2))
    host.say(getCode(1))
    expect(await host.taken()).toMatchObject([{ type: 'progress' }, { name: 'readStatus' }, { type: 'progress' }])
    await fob.press()
    expect(await host.taken()).toMatchObject([{ type: 'response', body: { code: '755224' } }])
  })

  test('under another number is a new one, and waits for a press of its own', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    await fob.press()
    await host.taken()
    host.say(getCode(2))
    expect(await host.taken()).toMatchObject([{ type: 'progress', txid: 2 }])
  })

  test('on another channel is a new one', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const [host, other] = [wire(fob), wire(fob)]
    host.say(getCode(1))
    await fob.press()
    other.say(getCode(1))
    expect(await other.taken()).toMatchObject([{ type: 'progress' }])
  })

  test('is answered from the past even if the answer would be another one now', async () => {
    const { fob } = benchFob()
    const host = wire(fob)
    host.say(readStatus(1))
    const [before] = await host.takenBytes()
    await fob.press()
    host.say(readStatus(1))
    expect(await host.takenBytes()).toEqual([before])
    host.say(readStatus(2))
    expect(await host.taken()).toMatchObject([{ body: { lit: true } }])
  })

  test('gets its own answer even if a code under the same number came in between', async () => {
    const { fob } = benchFob()
    const host = wire(fob)
    host.say(getCode(5))
    host.say(readStatus(5))
    const [, status] = await host.takenBytes()
    await fob.press()
    await host.taken()
    host.say(readStatus(5))
    expect(await host.takenBytes()).toEqual([status])
  })
})

describe('a message that makes no sense', () => {
  const [request, failure] = [0, 2]

  test.each([0x00, 0x05, 0x7f, events.pressed.opcode, 0xff])('with opcode %d fails as unknown', async opcode => {
    const host = wire(benchFob().fob)
    host.sayBytes(Uint8Array.of(request, 0x12, 0x34, opcode, 0xa0))
    const [bytes, ...rest] = await host.takenBytes()
    expect(bytes?.subarray(0, 4)).toEqual(Uint8Array.of(failure, 0x12, 0x34, opcode))
    expect(Buffer.from(bytes ?? []).toString('latin1')).toContain('unknown-command')
    expect(rest).toEqual([])
  })

  test.each([
    ['no body', []],
    ['no CBOR', [0xff]],
    ['no map', [0x01]],
    ['a field that is not there', [0xa1, 0x09, 0x00]],
    ['bytes behind its body', [0xa0, 0x00]],
    ['a body that is not in its shortest form', [0xb8, 0x00]],
  ])('with %s fails as malformed', async (_, body) => {
    const host = wire(benchFob().fob)
    host.sayBytes(Uint8Array.of(request, 0, 9, commands.getCode.opcode, ...body))
    expect(await host.taken()).toMatchObject([
      { type: 'failure', txid: 9, name: 'getCode', body: { reason: 'malformed' } },
    ])
  })

  test('and asks nothing gets no answer', async () => {
    const host = wire(benchFob().fob)
    host.sayBytes(Uint8Array.of(request, 0, 9))
    host.sayBytes(Uint8Array.of(77, 0, 9, 1, 0xa0))
    host.sayBytes(Uint8Array.of(5, 0, 9, commands.getCode.opcode, 0xff))
    host.sayBytes(encodeMessage({ type: 'response', txid: 1, name: 'getCode', body: { code: '123456' } }))
    host.sayBytes(encodeMessage({ type: 'event', txid: 0, name: 'pressed', body: {} }))
    expect(await host.takenBytes()).toEqual([])
    host.say(readSerialNumber(1))
    expect(await host.taken()).toHaveLength(1)
  })

  test('changes nothing for the request before it', async () => {
    const { fob } = benchFob({ kind: 'HOTP' })
    const host = wire(fob)
    host.say(getCode(1))
    host.sayBytes(Uint8Array.of(request, 0, 1, 0x7f, 0xa0))
    await fob.press()
    const answers = await host.takenBytes()
    host.say(getCode(1))
    expect(await host.takenBytes()).toEqual([answers.at(-1)])
    expect(fob.counter).toBe(1)
  })
})

describe('events', () => {
  test('are told to a host that has greeted, and to no other', async () => {
    const { clock, fob } = benchFob()
    const [greeted, silent] = [wire(fob), wire(fob)]
    greeted.say(hello(1))
    silent.say(hello(1, 2))
    silent.say(readSerialNumber(2))
    await greeted.taken()
    await silent.taken()
    await fob.press()
    expect(await greeted.taken()).toEqual([
      { type: 'event', txid: 0, name: 'pressed', body: {} },
      { type: 'event', txid: 0, name: 'display', body: { lit: true } },
    ])
    await clock.runFor({ seconds: 31 })
    expect(await greeted.taken()).toEqual([{ type: 'event', txid: 0, name: 'display', body: { lit: false } }])
    expect(await silent.taken()).toEqual([])
  })

  test('tell of a low cell when the display is lit', async () => {
    const { fob } = benchFob({ battery: { percent: 7 } })
    const host = wire(fob)
    host.say(hello(1))
    await host.taken()
    await fob.press()
    expect(await host.taken()).toContainEqual({ type: 'event', txid: 0, name: 'battery', body: { percent: 7 } })
  })

  test('never carry a code', async () => {
    const { fob } = benchFob()
    const host = wire(fob)
    host.say(hello(1))
    await host.taken()
    const code = await fob.press()
    for (const bytes of await host.takenBytes()) expect(Buffer.from(bytes).toString('latin1')).not.toContain(code)
  })
})
