import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HidChannels, maxChannels } from '../../../protocol/framing/hid-channels.ts'
import { hidLink } from '../../../protocol/framing/hid-link.ts'
import { encodeInit, encodeReports, hidCommands, reportLength } from '../../../protocol/framing/hid-reports.ts'
import type { MessageLink, ReportPipe } from '../../../protocol/framing/link.ts'
import { maxMessageLength } from '../../../protocol/messages/table.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'

/** A device whose reports every host hears, and hosts whose reports it gets in the order that a test wants. */
class Bus {
  readonly links: MessageLink[] = []
  readonly device: HidChannels
  readonly #hearers: ((report: Uint8Array) => void)[] = []

  constructor(answer: (message: Uint8Array, link: MessageLink) => void = () => {}) {
    this.device = new HidChannels(
      report => {
        for (const hear of this.#hearers) hear(report)
      },
      link => {
        this.links.push(link)
        link.onMessage(message => answer(message, link))
      },
    )
  }

  /** @param take what becomes of its output reports: by default they arrive at once */
  host(
    seed: number,
    take = (report: Uint8Array) => this.device.receive(report),
  ): MessageLink & { heard: Uint8Array[] } {
    const pipe: ReportPipe = {
      send: take,
      onReport: listener => void this.#hearers.push(listener),
      onClose: () => {},
      close: () => {},
    }
    const heard: Uint8Array[] = []
    const link = hidLink(pipe, { entropy: seededEntropy(seed) })
    link.onMessage(message => heard.push(message))
    return Object.assign(link, { heard })
  }
}

const echo = (message: Uint8Array, link: MessageLink) => link.send(message)

describe('a host', () => {
  test('asks for a channel with its first message, which then is sent', () => {
    const bus = new Bus(echo)
    const host = bus.host(1)
    expect(bus.links).toHaveLength(0)
    host.send(Uint8Array.of(1))
    host.send(Uint8Array.of(2))
    expect(bus.links).toHaveLength(1)
    expect(host.heard).toEqual([Uint8Array.of(1), Uint8Array.of(2)])
  })

  test('asks again with each message until it is heard, and gets one channel', () => {
    const bus = new Bus(echo)
    const lost: Uint8Array[] = []
    const host = bus.host(1, report => void lost.push(report))
    host.send(Uint8Array.of(1))
    host.send(Uint8Array.of(1))
    expect(lost).toHaveLength(2)
    for (const report of lost.splice(0)) bus.device.receive(report)
    expect(bus.links).toHaveLength(1)
    for (const report of lost) bus.device.receive(report)
    expect(host.heard).toEqual([Uint8Array.of(1), Uint8Array.of(1)])
  })

  test('hears nothing that is for another, be it answer or news', () => {
    const bus = new Bus(echo)
    const hosts = [bus.host(1), bus.host(2)]
    for (const [at, host] of hosts.entries()) host.send(Uint8Array.of(at))
    bus.links[1]?.send(Uint8Array.of(9))
    expect(hosts.map(({ heard }) => heard)).toEqual([[Uint8Array.of(0)], [Uint8Array.of(1), Uint8Array.of(9)]])
  })
})

describe('a device', () => {
  const nonce = (number: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, number)
  const open = (device: HidChannels, number: number) => {
    for (const report of encodeInit(nonce(number))) device.receive(report)
  }
  const say = (device: HidChannels, channel: number, message: Uint8Array) => {
    for (const report of encodeReports(channel, hidCommands.message, message)) device.receive(report)
  }

  test.each([0, 2, 0xffff_ffff])('takes no message on channel %d when only 1 is open', channel => {
    const heard: Uint8Array[] = []
    const { device } = new Bus(message => heard.push(message))
    open(device, 1)
    say(device, channel, Uint8Array.of(5))
    expect(heard).toEqual([])
    expect(device.dropped).toBe(1)
    say(device, 1, Uint8Array.of(5))
    expect(heard).toEqual([Uint8Array.of(5)])
  })

  test('gives each host another channel, after a reset as well', () => {
    const numbers: number[] = []
    const device = new HidChannels(
      report => numbers.push(new DataView(report.buffer).getUint32(15)),
      () => {},
    )
    open(device, 1)
    open(device, 2)
    device.closeAll()
    open(device, 3)
    open(device, 3)
    expect(numbers).toEqual([1, 2, 3, 3])
  })

  test('lets the channel go that was silent for longest when one too many asks', () => {
    const bus = new Bus()
    const closed: number[] = []
    for (let number = 1; number <= maxChannels; number++) open(bus.device, number)
    for (const [at, link] of bus.links.entries()) link.onClose(() => closed.push(at + 1))
    say(bus.device, 1, Uint8Array.of(1))
    open(bus.device, 100)
    expect(closed).toEqual([2])
  })

  test('tells every link when it is reset, and counts on', () => {
    const bus = new Bus()
    open(bus.device, 1)
    say(bus.device, 1, new Uint8Array(0))
    let closed = 0
    bus.links[0]?.onClose(() => closed++)
    bus.device.closeAll()
    bus.device.closeAll()
    expect([closed, bus.device.dropped]).toEqual([1, 1])
    bus.links[0]?.send(Uint8Array.of(1))
    say(bus.device, 1, Uint8Array.of(1))
    expect(bus.device.dropped).toBe(2)
  })

  test('answers each host what it said, however the reports of several are mixed', () => {
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: maxMessageLength }), { maxLength: 3 })
    fc.assert(
      fc.property(fc.array(messages, { minLength: 2, maxLength: 4 }), fc.infiniteStream(fc.nat()), (sent, order) => {
        const bus = new Bus(echo)
        const queues: Uint8Array[][] = sent.map(() => [])
        const hosts = queues.map((queue, seed) => bus.host(seed, report => void queue.push(report)))
        for (const [at, host] of hosts.entries()) for (const message of sent[at] ?? []) host.send(message)
        for (let busy = queues; busy.length > 0; busy = queues.filter(queue => queue.length > 0)) {
          const report = busy[order.next().value % busy.length]?.shift()
          if (report !== undefined) bus.device.receive(report)
        }
        expect(hosts.map(({ heard }) => heard)).toEqual(sent)
      }),
    )
  })

  test('survives any bytes, and goes on to answer', () => {
    const channel = fc.constantFrom(0, 1, 2, 0xffff_ffff)
    const wild = fc
      .tuple(channel, fc.uint8Array({ minLength: reportLength - 4, maxLength: reportLength - 4 }))
      .map(([number, rest]) => Buffer.concat([Buffer.from(number.toString(16).padStart(8, '0'), 'hex'), rest]))
    const garbage = fc.array(fc.oneof(wild, fc.uint8Array({ maxLength: 130 })), { maxLength: 30 })
    fc.assert(
      fc.property(garbage, reports => {
        const bus = new Bus(echo)
        const host = bus.host(1)
        host.send(Uint8Array.of(1))
        for (const report of reports) bus.device.receive(report)
        host.heard.splice(0)
        host.send(Uint8Array.of(2))
        expect(host.heard).toEqual([Uint8Array.of(2)])
      }),
    )
  })
})
