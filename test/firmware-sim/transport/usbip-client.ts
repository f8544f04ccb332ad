/** A small USB/IP client, written from the protocol's description and not from our layouts, so that it can disagree with them. */

import { connectTcp } from '../../../host/transport/tcp.ts'
import { Closing } from '../../../protocol/framing/closing.ts'
import type { ByteChannel, ReportPipe } from '../../../protocol/framing/link.ts'

export interface ListedDevice {
  readonly busid: string
  readonly devid: number
  readonly speed: number
  /** vendor:product, in hexadecimal. */
  readonly ids: string
  /** Class, subclass and protocol of each interface; those of an import are not told. */
  readonly interfaces: readonly string[]
}

export interface Submission {
  readonly ep: number
  readonly direction: 'in' | 'out'
  readonly setup?: string
  readonly length?: number
  readonly data?: Uint8Array
  readonly numberOfPackets?: number
}

export interface Submitted {
  readonly status: number
  readonly actualLength: number
  readonly data: string
}

interface Waiting {
  readonly in: boolean
  resolve(reply: Submitted): void
}

export class UsbipClient {
  readonly channel: ByteChannel
  /** Replies to numbers that it does not wait for: a kernel drops the device then. */
  readonly strays: number[] = []
  devid = 0
  #lastSeqnum = 0
  #received = Buffer.alloc(0)
  #wanted: { length: number; resolve: (bytes: Buffer) => void } | undefined
  readonly #submitted = new Map<number, Waiting>()
  readonly #unlinking = new Map<number, { target: number; resolve: (status: number) => void }>()

  constructor(channel: ByteChannel) {
    this.channel = channel
    channel.onData(bytes => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#deliver()
    })
  }

  static async connect(port: number): Promise<UsbipClient> {
    return new UsbipClient(await connectTcp({ port }))
  }

  async list(): Promise<ListedDevice[]> {
    this.channel.write(Buffer.from('0111800500000000', 'hex'))
    const head = await this.#take(12)
    if (head.toString('hex', 0, 8) !== '0111000500000000') throw new Error(`no device list: ${head.toString('hex')}`)
    const devices: ListedDevice[] = []
    for (let count = head.readUInt32BE(8); count > 0; count--) {
      const device = readDevice(await this.#take(312))
      const interfaces = await this.#take(4)
      devices.push({ ...device, interfaces: [interfaces.toString('hex')] })
    }
    return devices
  }

  /** @returns the device, or the status when it is refused */
  async import(busid: string, afterNul = ''): Promise<ListedDevice | number> {
    const name = Buffer.alloc(32)
    name.write(`${busid}\0${afterNul}`)
    this.channel.write(Buffer.concat([Buffer.from('0111800300000000', 'hex'), name]))
    const head = await this.#take(8)
    if (head.toString('hex', 0, 4) !== '01110003') throw new Error(`no answer to an import: ${head.toString('hex')}`)
    const status = head.readUInt32BE(4)
    if (status !== 0) return status
    const device = readDevice(await this.#take(312))
    this.devid = device.devid
    void this.#readReplies()
    return device
  }

  submit(submission: Submission): { seqnum: number; reply: Promise<Submitted> } {
    const seqnum = ++this.#lastSeqnum
    const { promise: reply, resolve } = Promise.withResolvers<Submitted>()
    this.#submitted.set(seqnum, { in: submission.direction === 'in', resolve })
    this.channel.write(encodeSubmit(seqnum, this.devid, submission))
    return { seqnum, reply }
  }

  /** A control transfer. @param setup its eight bytes in hexadecimal, low byte first */
  control(setup: string, data = new Uint8Array()): Promise<Submitted> {
    const bytes = Buffer.from(setup.replaceAll(' ', ''), 'hex')
    const direction = bytes.readUInt8(0) & 0x80 ? 'in' : 'out'
    return this.submit({ ep: 0, direction, setup, length: bytes.readUInt16LE(6), data }).reply
  }

  async unlink(target: number): Promise<number> {
    const seqnum = ++this.#lastSeqnum
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#unlinking.set(seqnum, { target, resolve })
    this.channel.write(encodeUnlink(seqnum, this.devid, target))
    return promise
  }

  /** The device as a HID driver has it open: one transfer in is always pending. */
  pipe(): ReportPipe {
    const closing = new Closing()
    const listeners: ((report: Uint8Array) => void)[] = []
    const poll = async () => {
      while (!closing.happened) {
        const { data } = await this.submit({ ep: 1, direction: 'in', length: 64 }).reply
        for (const listener of listeners) listener(Buffer.from(data, 'hex'))
      }
    }
    this.channel.onClose(() => closing.happen())
    void poll()
    return {
      send: report => void this.submit({ ep: 1, direction: 'out', data: report }),
      onReport: listener => void listeners.push(listener),
      onClose: listener => closing.onClose(listener),
      close: () => this.channel.close(),
    }
  }

  async #readReplies(): Promise<never> {
    for (;;) {
      const head = await this.#take(48)
      const [command, seqnum] = [head.readUInt32BE(0), head.readUInt32BE(4)]
      if (head.toString('hex', 8, 20) !== '00'.repeat(12)) throw new Error('a reply has a devid, direction or ep')
      if (command === 3) await this.#takeSubmitted(seqnum, head)
      else if (command === 4) this.#takeUnlinked(seqnum, head.readInt32BE(20))
      else throw new Error(`unknown reply ${command}`)
    }
  }

  async #takeSubmitted(seqnum: number, head: Buffer): Promise<void> {
    const waiting = this.#submitted.get(seqnum)
    this.#submitted.delete(seqnum)
    if (waiting === undefined) this.strays.push(seqnum)
    const actualLength = head.readUInt32BE(24)
    const data = waiting?.in ? (await this.#take(actualLength)).toString('hex') : ''
    waiting?.resolve({ status: head.readInt32BE(20), actualLength, data })
  }

  #takeUnlinked(seqnum: number, status: number): void {
    const unlinking = this.#unlinking.get(seqnum)
    if (unlinking === undefined) this.strays.push(seqnum)
    else if (status !== 0) this.#submitted.delete(unlinking.target)
    unlinking?.resolve(status)
  }

  #take(length: number): Promise<Buffer> {
    return new Promise(resolve => {
      this.#wanted = { length, resolve }
      this.#deliver()
    })
  }

  #deliver(): void {
    const wanted = this.#wanted
    if (wanted === undefined || this.#received.length < wanted.length) return
    this.#wanted = undefined
    const bytes = this.#received.subarray(0, wanted.length)
    this.#received = this.#received.subarray(wanted.length)
    wanted.resolve(bytes)
  }
}

export function encodeSubmit(seqnum: number, devid: number, submission: Submission): Buffer {
  const { ep, direction, setup = '00'.repeat(8), data = new Uint8Array(), numberOfPackets = 0xffff_ffff } = submission
  const length = direction === 'out' ? data.length : (submission.length ?? 0)
  const head = [1, seqnum, devid, direction === 'in' ? 1 : 0, ep, 0, length, 0, numberOfPackets, 4]
  return Buffer.concat([
    words(head),
    Buffer.from(setup.replaceAll(' ', ''), 'hex'),
    ...(direction === 'out' ? [data] : []),
  ])
}

export function encodeUnlink(seqnum: number, devid: number, target: number): Buffer {
  return Buffer.concat([words([2, seqnum, devid, 0, 0, target]), Buffer.alloc(24)])
}

export function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4)
  return bytes
}

function readDevice(block: Buffer): ListedDevice {
  const busid = block.toString('latin1', 256, 288).split('\0')[0] ?? ''
  const [busnum, devnum, speed] = [block.readUInt32BE(288), block.readUInt32BE(292), block.readUInt32BE(296)]
  const ids = `${block.toString('hex', 300, 302)}:${block.toString('hex', 302, 304)}`
  return { busid, devid: (busnum << 16) | devnum, speed, ids, interfaces: [] }
}
