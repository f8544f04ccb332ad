/** A USB/IP client gone mad, beside a model that knows which answers it has coming and how long they may be. */

import fc from 'fast-check'
import { type ExportedDevice, serveUsbip } from '../../../firmware-sim/transport/usbip-session.ts'
import { UsbDevice } from '../../../firmware-sim/usb/usb-device.ts'
import { Closing } from '../../../protocol/framing/closing.ts'
import { usbIds } from '../../../protocol/framing/hid-identity.ts'
import { encodeInit } from '../../../protocol/framing/hid-reports.ts'
import type { ByteChannel, MessageLink } from '../../../protocol/framing/link.ts'
import { encodeUnlink, words } from './usbip-client.ts'

const setups = [
  '8006000100004000',
  '8006000200002900',
  '800603030904ff00',
  '8106002200001900',
  '8006000600000a00',
  '0009000000000000',
  '0009010000000000',
  '0201000081000000',
  '0203000081000000',
  '0203000001000000',
  '2109000200004000',
  'a101000100004000',
  '2303040000000000',
]
const [init = new Uint8Array()] = encodeInit(new Uint8Array(8))

const word = fc.oneof(fc.constantFrom(0, 1, 64, 0xffff_ffff), fc.nat({ max: 0xffff_ffff }))
/** Few numbers, so that many are used twice. */
const seqnum = fc.nat({ max: 9 })
const setup = fc.oneof(
  fc.constantFrom(...setups).map(hex => Buffer.from(hex, 'hex')),
  fc.uint8Array({ minLength: 8, maxLength: 8 }),
)
const outData = fc.oneof(fc.constant(init), fc.uint8Array({ maxLength: 200 }))

const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('list' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('import' as const), busid: fc.constantFrom('1-1', '1-1', '1-2', '') }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      seqnum,
      devid: word,
      // Not a direction now and then.
      direction: fc.oneof({ weight: 30, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: fc.constant(2) }),
      ep: fc.constantFrom(0, 0, 1, 1, 1, 2, 15, 0xffff_ffff),
      flags: word,
      length: fc.oneof(fc.constantFrom(0, 8, 18, 63, 64, 65, 4096), word),
      numberOfPackets: word,
      setup,
      data: outData,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('unlink' as const),
      seqnum: fc.integer({ min: 100, max: 109 }),
      target: seqnum,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      message: fc.uint8Array({ minLength: 1, maxLength: 150 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('garbage' as const),
      bytes: fc.uint8Array({ minLength: 48, maxLength: 80 }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Submit = Extract<Step, { kind: 'submit' }>

/** @throws when any of `numRuns` clients is told what it did not ask, too much, too little, or nothing */
export function expectUsbipToHold(numRuns: number): void {
  const history = fc.record({
    attached: fc.boolean(),
    steps: fc.array(step, { maxLength: 24 }),
    sizes: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 }),
  })
  fc.assert(
    fc.property(history, ({ attached, steps, sizes }) => {
      const run = new Run(sizes)
      if (attached) run.take({ kind: 'import', busid: '1-1' })
      for (const one of steps) run.take(one)
      run.leave()
    }),
    { numRuns },
  )
}

class Run {
  readonly #sizes: readonly number[]
  #piece = 0
  #written = Buffer.alloc(0)
  #feed: (bytes: Uint8Array) => void = () => {}
  readonly #closing = new Closing()
  readonly #links: MessageLink[] = []
  readonly #exported: ExportedDevice
  #imported = false
  /** The transfers that are not answered yet: the most bytes that may come in, undefined for one out. */
  readonly #pending = new Map<number, { mostIn: number | undefined; ep: number }>()

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes
    const device = new UsbDevice({ serialNumber: 'GAHT12345678', product: 'SF-1' }, usbIds, link =>
      this.#links.push(link),
    )
    this.#exported = { busid: '1-1', devnum: 1, ids: usbIds, device, user: undefined }
    const channel: ByteChannel = {
      write: bytes => {
        if (this.#closing.happened) throw new Error('it writes after the end')
        this.#written = Buffer.concat([this.#written, bytes])
      },
      onData: listener => {
        this.#feed = listener
      },
      onClose: listener => this.#closing.onClose(listener),
      close: () => this.#closing.happen(),
    }
    serveUsbip(channel, new Map([['1-1', this.#exported]]))
  }

  take(one: Step): void {
    if (this.#closing.happened) return
    if (one.kind === 'say') for (const link of this.#links) link.send(one.message)
    if (one.kind === 'garbage') this.#sayGarbage(one.bytes)
    else if (!this.#imported) this.#operate(one)
    else if (one.kind === 'submit') this.#submit(one)
    else if (one.kind === 'unlink') this.#unlink(one.seqnum, one.target)
    this.#readSubmitted()
    this.#expectNothingMore()
  }

  leave(): void {
    this.#closing.happen()
    for (const link of this.#links) link.send(Uint8Array.of(1))
    if (this.#exported.user !== undefined) throw new Error('the device is not free again')
  }

  #operate(one: Step): void {
    if (one.kind === 'list') {
      this.#send(Buffer.from('0111800500000000', 'hex'))
      this.#expect('011100050000000000000001', 328)
    } else if (one.kind === 'import') {
      const name = Buffer.alloc(32)
      name.write(one.busid)
      this.#send(Buffer.concat([Buffer.from('0111800300000000', 'hex'), name]))
      this.#imported = one.busid === '1-1'
      if (this.#imported) this.#expect('0111000300000000', 320)
      else this.#expect('0111000300000004', 8)
    }
  }

  #submit(one: Submit): void {
    const into = one.direction === 1
    const length = into ? one.length : one.data.length
    const head = [1, one.seqnum, one.devid, one.direction, one.ep, one.flags, length, 0, one.numberOfPackets, 1]
    const mustEnd = one.direction === 2 || this.#pending.has(one.seqnum)
    const wLength = Buffer.from(one.setup).readUInt16LE(6)
    const mostIn = into ? Math.min(length, one.ep === 0 ? wLength : 64) : undefined
    if (!mustEnd) this.#pending.set(one.seqnum, { mostIn, ep: one.ep })
    this.#send(Buffer.concat([words(head), one.setup, ...(one.direction === 0 ? [one.data] : [])]))
    if (mustEnd !== this.#closing.happened) throw new Error(mustEnd ? 'it goes on' : 'it hangs up')
    this.#readSubmitted()
    const stuck = this.#pending.get(one.seqnum)
    if (!mustEnd && stuck !== undefined && (stuck.ep !== 1 || stuck.mostIn === undefined)) throw new Error('no answer')
  }

  #unlink(seqnum: number, target: number): void {
    const status = this.#pending.has(target) ? 'ffffff98' : '00000000'
    this.#pending.delete(target)
    this.#send(encodeUnlink(seqnum, 0, target))
    this.#expect(`00000004${words([seqnum]).toString('hex')}${'00'.repeat(12)}${status}`, 48)
  }

  #sayGarbage(bytes: Uint8Array): void {
    // Nothing that is a command or an operation, so that the connection must end.
    this.#send(Buffer.concat([Buffer.from(this.#imported ? '00000003' : '01117000', 'hex'), bytes]))
    if (!this.#closing.happened) throw new Error('it takes garbage')
  }

  #send(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const size = this.#sizes[this.#piece++ % this.#sizes.length] ?? 1
      this.#feed(bytes.subarray(at, at + size))
      at += size
    }
  }

  #readSubmitted(): void {
    while (this.#imported && this.#written.length >= 48 && this.#written.readUInt32BE(0) === 3) {
      const seqnum = this.#written.readUInt32BE(4)
      const pending = this.#pending.get(seqnum)
      if (pending === undefined) throw new Error(`it answers ${seqnum}, which is not asked`)
      this.#pending.delete(seqnum)
      const length = this.#written.readUInt32BE(24)
      if (pending.mostIn !== undefined && length > pending.mostIn) throw new Error(`${length} bytes are too many`)
      this.#expect('00000003', 48 + (pending.mostIn === undefined ? 0 : length))
    }
  }

  /** Takes one answer that begins so. */
  #expect(start: string, length: number): void {
    if (this.#written.length < length) throw new Error(`${this.#written.length} bytes of ${length}`)
    const found = this.#written.toString('hex', 0, start.length / 2)
    if (found !== start) throw new Error(`${found} instead of ${start}`)
    this.#written = this.#written.subarray(length)
  }

  #expectNothingMore(): void {
    if (this.#written.length > 0) throw new Error(`nobody asked for ${this.#written.toString('hex')}`)
  }
}
