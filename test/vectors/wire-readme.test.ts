import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeCobs } from '../../protocol/framing/cobs.ts'
import { HidChannels, maxChannels } from '../../protocol/framing/hid-channels.ts'
import { hidUsage, usbIds } from '../../protocol/framing/hid-identity.ts'
import { Reassembly } from '../../protocol/framing/hid-reassembly.ts'
import { decodeReport, reportLength } from '../../protocol/framing/hid-reports.ts'
import { encodeFrame } from '../../protocol/framing/serial-frames.ts'
import { decodeMessage } from '../../protocol/messages/codec.ts'
import { failureBody, failureReasons, messageTypes, protocolVersion } from '../../protocol/messages/table.ts'
import { messageKinds } from '../protocol/messages/message-kinds.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'protocol/README.md'), 'utf8')

/** The rows of the table under this heading, each cell without its backquotes. */
function tableUnder(...heading: string[]): string[][] {
  const lines = readme.split('\n')
  const at = lines.indexOf(`| ${heading.join(' | ')} |`)
  if (at === -1) throw new Error(`protocol/README.md has no table headed ${heading.join(', ')}`)
  const rows = lines.slice(at + 2)
  const end = rows.findIndex(line => !line.startsWith('|'))
  return rows.slice(0, end).map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll('`', '')),
  )
}

function fieldRows(body: (typeof messageKinds)[number]['body']): string[][] {
  return Object.entries(body).map(([name, [key, { expects, optional }]]) => [
    String(key),
    name,
    optional ? `optional: ${expects}` : expects,
  ])
}

describe("the wire's documentation agrees with the message table", () => {
  test('on every message with its opcode, keys and values', () => {
    // Failures have one body and cancels an empty one, for all commands alike.
    const kinds = messageKinds.filter(({ type }) => type !== 'failure' && type !== 'cancel')
    const rows = kinds.flatMap(({ type, name, opcode, body }) => {
      const fields = fieldRows(body)
      const head = [`0x${opcode.toString(16).padStart(2, '0')}`, name, type]
      return fields.length === 0 ? [[...head, '–', '–', '–']] : fields.map(row => [...head, ...row])
    })
    expect(tableUnder('opcode', 'name', 'message', 'key', 'field', 'value').toSorted()).toEqual(rows.toSorted())
  })

  test('on the types', () => {
    const rows = tableUnder('type', 'name', 'from', 'means').map(([type, name]) => [Number(type), name])
    expect(rows).toEqual([...messageTypes.entries()])
  })

  test('on the body of a failure', () => {
    const reasons = `one of ${failureReasons.join(', ')}`
    const rows = fieldRows(failureBody).map(row =>
      row.map(cell => (cell === reasons ? 'one of the reasons below' : cell)),
    )
    expect(tableUnder('key', 'field', 'value')).toEqual(rows)
  })

  test('on the reasons of a failure', () => {
    expect(tableUnder('reason', 'means').map(([reason]) => reason)).toEqual(failureReasons)
  })

  test('on the version', () => {
    expect(readme).toContain(`The protocol's version is ${protocolVersion}.`)
  })
})

describe('the exchange', () => {
  test.each(tableUnder('from', 'message', 'bytes', 'frame'))('%s: %s', (from, message, hex = '', frame) => {
    const bytes = Buffer.from(hex, 'hex')
    const { type, name } = decodeMessage(bytes)
    expect(`${type} ${name}`).toBe(message)
    expect(type === 'request' || type === 'cancel' ? 'host' : 'fob').toBe(from)
    expect(Buffer.from(encodeFrame(bytes)).toString('hex')).toBe(frame)
  })

  test('begins with the message that is taken apart below it', () => {
    const [, , hex = ''] = tableUnder('from', 'message', 'bytes', 'frame')[0] ?? []
    const [, unstuffed = ''] = /before stuffing are `([0-9a-f]+)`/.exec(readme) ?? []
    const frame = encodeFrame(Buffer.from(hex, 'hex'))
    expect(encodeCobs(Buffer.from(unstuffed, 'hex'))).toEqual(frame.subarray(1, -1))
  })
})

describe('HID', () => {
  const rows = tableUnder('from', 'what', 'report').map(([from = '', what = '', hex = '']) => {
    return { from, what, report: Buffer.alloc(reportLength, Buffer.from(hex, 'hex')).fill(0, hex.length / 2) }
  })

  test('a fob answers the host of the table as the table says', () => {
    const answers: string[] = []
    const device = new HidChannels(
      report => answers.push(Buffer.from(report).toString('hex')),
      link => {
        const hello = rows.at(-1)?.report.subarray(7, 7 + 20) ?? new Uint8Array()
        link.onMessage(() => link.send(hello))
      },
    )
    for (const { from, report } of rows) if (from === 'host') device.receive(report)
    const expected = rows.filter(({ from }) => from === 'fob').map(({ report }) => report.toString('hex'))
    expect(answers).toEqual(expected)
  })

  test.each(rows.filter(({ what }) => what !== 'init'))('$from: $what', ({ what, report }) => {
    const decoded = decodeReport(report)
    const message = decoded && new Reassembly().push(decoded)
    const { type, name } = decodeMessage(message ?? new Uint8Array())
    expect(`${type} ${name}`).toBe(what)
  })

  test('its numbers are those of the code', () => {
    const hex = (value: number) => `0x${value.toString(16).padStart(4, '0')}`
    expect(readme).toContain(`vendor id ${hex(usbIds.vendorId)}, product id ${hex(usbIds.productId)}`)
    expect(readme).toContain(`usage page ${hex(hidUsage.usagePage)}, usage 0x0${hidUsage.usage}`)
    expect(readme).toContain(`The fob keeps ${maxChannels} channels.`)
  })
})

test('the client in Python is the one that the tests run', () => {
  const [, program] = /```python\n([\s\S]*?)```/.exec(readme) ?? []
  expect(program).toBe(readFileSync(join(root, 'test/system/press.py'), 'utf8'))
})
