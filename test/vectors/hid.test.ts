import { describe, expect, test } from 'vitest'
import { Reassembly } from '../../protocol/framing/hid-reassembly.ts'
import {
  decodeReport,
  encodeInit,
  encodeInitAnswer,
  encodeReports,
  hidCommands,
  readInit,
  readInitAnswer,
} from '../../protocol/framing/hid-reports.ts'
import { maxMessageLength } from '../../protocol/messages/table.ts'
import hid from './hid.json' with { type: 'json' }
import wire from './wire.json' with { type: 'json' }

/**
 * Vectors for programs in other languages: the channel's request and answer, a message at each edge of a report, and all of
 * wire.json in reports. `vitest -u` writes the file anew.
 */
function document() {
  const edges = [1, 57, 58, 116, 117, maxMessageLength].map(length => ({
    name: `a message of ${length} bytes`,
    bytes: Buffer.from(Uint8Array.from({ length }, (_, at) => at & 0xff)).toString('hex'),
  }))
  return { init: initVector('00112233445566ff', 0x0102_0304), vectors: [...edges, ...wire.vectors].map(vector) }
}

function initVector(nonce: string, channel: number) {
  const bytes = Buffer.from(nonce, 'hex')
  const [request, answer] = [...encodeInit(bytes), ...encodeInitAnswer(bytes, channel)].map(toHex)
  return { nonce, channel, request, answer }
}

function vector({ name, bytes }: { name: string; bytes: string }, at: number) {
  // Each byte of a channel differs, and so do the channels.
  const channel = 0x1020_3040 + at
  return {
    name,
    channel,
    bytes,
    reports: encodeReports(channel, hidCommands.message, Buffer.from(bytes, 'hex')).map(toHex),
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function read(hex = '') {
  const report = decodeReport(Buffer.from(hex, 'hex'))
  if (report === undefined) throw new Error(`no report: ${hex}`)
  return report
}

test('the file holds what the table yields', async () => {
  await expect(`${JSON.stringify(document(), null, 2)}\n`).toMatchFileSnapshot('./hid.json')
})

test('the request for a channel and its answer are read', () => {
  const { nonce, channel, request, answer } = hid.init
  expect(toHex(readInit(read(request)) ?? new Uint8Array())).toBe(nonce)
  expect(readInitAnswer(read(answer), Buffer.from(nonce, 'hex'))).toBe(channel)
})

describe.each(hid.vectors)('$name', ({ channel, bytes, reports }) => {
  test('its reports are read as the message', () => {
    const reassembly = new Reassembly()
    const read64 = reports.map(read)
    expect(read64.every(report => report.channel === channel)).toBe(true)
    expect(read64.map(report => toHex(reassembly.push(report) ?? new Uint8Array()))).toEqual([
      ...reports.slice(1).map(() => ''),
      bytes,
    ])
  })
})
