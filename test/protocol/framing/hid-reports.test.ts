import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Reassembly } from '../../../protocol/framing/hid-reassembly.ts'
import {
  broadcastChannel,
  decodeReport,
  encodeInit,
  encodeInitAnswer,
  encodeReports,
  type HidReport,
  hidCommands,
  readInit,
  readInitAnswer,
  reportLength,
} from '../../../protocol/framing/hid-reports.ts'
import { maxMessageLength } from '../../../protocol/messages/table.ts'

const message = fc.uint8Array({ minLength: 1, maxLength: maxMessageLength })
const channelNumber = fc.integer({ min: 1, max: broadcastChannel - 1 })

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function read(bytes: Uint8Array): HidReport {
  const report = decodeReport(bytes)
  if (report === undefined) throw new Error('a report of ours is readable')
  return report
}

function reassemble(reassembly: Reassembly, reports: readonly Uint8Array[]): Uint8Array[] {
  return reports.map(bytes => reassembly.push(read(bytes))).filter(whole => whole !== undefined)
}

function messageReports(sent: Uint8Array, channel = 1): Uint8Array[] {
  return encodeReports(channel, hidCommands.message, sent)
}

describe('a message in reports', () => {
  test('begins with channel, command and length, and ends in zeros', () => {
    expect(encodeReports(0x01020304, 0x83, Buffer.from('aabb', 'hex')).map(hex)).toEqual([
      `01020304830002aabb${'00'.repeat(55)}`,
    ])
  })

  test('goes on with channel and sequence', () => {
    const sent = Uint8Array.from({ length: 57 + 59 + 1 }, (_, at) => at)
    expect(messageReports(sent, 7).map(hex)).toEqual([
      `00000007830075${hex(sent.subarray(0, 57))}`,
      `0000000700${hex(sent.subarray(57, 116))}`,
      `000000070174${'00'.repeat(58)}`,
    ])
  })

  test.each([
    [1, 1],
    [57, 1],
    [58, 2],
    [116, 2],
    [117, 3],
    [1024, 18],
  ])('of %d bytes takes %d', (length, count) => {
    expect(messageReports(new Uint8Array(length))).toHaveLength(count)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(message, channelNumber, (sent, channel) => {
        const reports = messageReports(sent, channel)
        expect(reports.every(report => report.length === reportLength && read(report).channel === channel)).toBe(true)
        expect(reassemble(new Reassembly(), reports)).toEqual([sent])
      }),
    )
  })
})

describe('a request for a channel', () => {
  const nonce = Buffer.from('0102030405060708', 'hex')

  test('and its answer are these bytes', () => {
    expect(encodeInit(nonce).map(hex)).toEqual([`ffffffff8600080102030405060708${'00'.repeat(49)}`])
    expect(encodeInitAnswer(nonce, 0x0a0b0c0d).map(hex)).toEqual([
      `ffffffff86000c01020304050607080a0b0c0d${'00'.repeat(45)}`,
    ])
  })

  test('is read, and not taken for its answer', () => {
    const [request, answer] = [...encodeInit(nonce), ...encodeInitAnswer(nonce, 5)].map(read)
    if (request === undefined || answer === undefined) throw new Error('each is one report')
    expect(readInit(request)).toEqual(Uint8Array.from(nonce))
    expect(readInit(answer)).toBeUndefined()
    expect(readInitAnswer(answer, nonce)).toBe(5)
    expect(readInitAnswer(request, nonce)).toBeUndefined()
    expect(readInitAnswer(answer, Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1))).toBeUndefined()
  })

  test('on a channel of its own is none', () => {
    expect(readInit(read(encodeReports(3, hidCommands.init, nonce)[0] ?? nonce))).toBeUndefined()
  })
})

describe('reassembly', () => {
  const long = Uint8Array.from({ length: 200 }, (_, at) => at)

  test('drops a message whose report is missing, twice or out of order, and reads the next one', () => {
    const [first, second, third, fourth] = messageReports(long)
    if (!first || !second || !third || !fourth) throw new Error('200 bytes are four reports')
    for (const wrong of [
      [first, third, fourth],
      [first, second, second, third, fourth],
      [first, third, second, fourth],
    ]) {
      const reassembly = new Reassembly()
      expect(reassemble(reassembly, wrong)).toEqual([])
      expect(reassembly.dropped).toBeGreaterThan(0)
      expect(reassemble(reassembly, messageReports(long))).toEqual([long])
    }
  })

  test('drops a report that follows nothing, and counts it', () => {
    const reassembly = new Reassembly()
    expect(reassemble(reassembly, messageReports(long).slice(1, 2))).toEqual([])
    expect(reassembly.dropped).toBe(1)
  })

  test('begins anew in the middle of a message, as a host does that sends it again', () => {
    const reassembly = new Reassembly()
    expect(reassemble(reassembly, [...messageReports(long).slice(0, 2), ...messageReports(long)])).toEqual([long])
    expect(reassembly.dropped).toBe(1)
  })

  test.each([0, 1025, 0xffff])('refuses a length of %d', length => {
    const report = messageReports(long)[0] ?? long
    new DataView(report.buffer).setUint16(5, length)
    const reassembly = new Reassembly()
    expect(reassemble(reassembly, [report])).toEqual([])
    expect(reassembly.dropped).toBe(1)
  })

  test('refuses every command but a message', () => {
    for (let command = 0x80; command < 0x100; command++) {
      const whole = reassemble(new Reassembly(), encodeReports(1, command, long))
      expect(whole).toEqual(command === hidCommands.message ? [long] : [])
    }
  })

  test('finds the next message after any reports whatever', () => {
    const noise = fc.array(fc.uint8Array({ minLength: reportLength, maxLength: reportLength }), { maxLength: 8 })
    fc.assert(
      fc.property(noise, message, (garbage, sent) => {
        const reassembly = new Reassembly()
        reassemble(reassembly, garbage)
        expect(reassemble(reassembly, messageReports(sent))).toEqual([sent])
      }),
    )
  })
})

test('only 64 bytes are a report', () => {
  for (const length of [0, 1, 63, 65, 128]) expect(decodeReport(new Uint8Array(length))).toBeUndefined()
})
