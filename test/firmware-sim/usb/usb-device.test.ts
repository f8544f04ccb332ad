import { expect, test } from 'vitest'
import { maxQueuedReports } from '../../../firmware-sim/usb/report-queue.ts'
import { encodeInit, encodeReports, hidCommands } from '../../../protocol/framing/hid-reports.ts'
import { hex, UsbBench } from './usb-bench.ts'

const [init = new Uint8Array()] = encodeInit(Buffer.from('0102030405060708', 'hex'))
const initAnswer = `ffffffff86000c010203040506070800000001${'00'.repeat(45)}`

/** The reports of a message on channel 1, in hexadecimal. */
function onChannel1(message: Uint8Array): string[] {
  return encodeReports(1, hidCommands.message, message).map(hex)
}

/** A device with one channel open, whose answer has been read. */
function greeted(): UsbBench {
  const bench = new UsbBench()
  bench.send(init)
  bench.read()
  return bench
}

test('a report waits for its reader, and a reader for its report', () => {
  const bench = new UsbBench()
  expect(bench.send(init)).toBe('')
  expect(bench.read().outcomes).toEqual([initAnswer])
  const { outcomes } = bench.read()
  expect(outcomes).toEqual([])
  bench.links[0]?.send(Uint8Array.of(1))
  expect(outcomes).toEqual(onChannel1(Uint8Array.of(1)))
})

test('several readers get one report each, in their order', () => {
  const bench = greeted()
  const readers = [bench.read(), bench.read()]
  const message = new Uint8Array(60).fill(7)
  bench.links[0]?.send(message)
  expect(readers.map(({ outcomes }) => outcomes)).toEqual(onChannel1(message).map(report => [report]))
})

test('a reader that was cancelled takes no report away from the next one', () => {
  const bench = greeted()
  const [first, second] = [bench.read(), bench.read()]
  first.cancel()
  bench.links[0]?.send(Uint8Array.of(1))
  expect([first.outcomes, second.outcomes]).toEqual([[], onChannel1(Uint8Array.of(1))])
  second.cancel()
  expect(second.outcomes).toHaveLength(1)
})

test('a reader gets no more than it has room for', () => {
  const bench = new UsbBench()
  bench.send(init)
  expect(bench.read(8).outcomes).toEqual([initAnswer.slice(0, 16)])
})

test('a long transfer is as many reports as it has packets', () => {
  const bench = greeted()
  const message = new Uint8Array(100).fill(3)
  bench.send(Buffer.concat(encodeReports(1, hidCommands.message, message)))
  expect(bench.heard).toEqual([hex(message)])
})

test('a report of another length is dropped and counted', () => {
  const bench = greeted()
  bench.send(new Uint8Array(63))
  bench.send(new Uint8Array(65))
  expect([bench.heard, bench.device.dropped]).toEqual([[], 3])
})

test('what nobody reads gives way, the oldest first, so that the newest is read', () => {
  const bench = greeted()
  for (let count = 0; count < maxQueuedReports + 5; count++) bench.links[0]?.send(Uint8Array.of(count))
  const read = Array.from({ length: maxQueuedReports }, () => bench.read().outcomes[0])
  expect(read[0]).toBe(onChannel1(Uint8Array.of(5))[0])
  expect(read.at(-1)).toBe(onChannel1(Uint8Array.of(maxQueuedReports + 4))[0])
  expect(bench.read().outcomes).toEqual([])
})

test.each([
  ['SET_CONFIGURATION', (bench: UsbBench) => void bench.control('00 09 0100 0000 0000')],
  ['a reset of its port', (bench: UsbBench) => void bench.control('23 03 0400 0100 0000')],
  ['another host', (bench: UsbBench) => bench.device.restart()],
])('%s ends the channels and halts, and nobody reads what was for them', (_, restart) => {
  const bench = greeted()
  let ended = 0
  bench.links[0]?.onClose(() => ended++)
  bench.links[0]?.send(Uint8Array.of(1))
  bench.control('02 03 0000 0100 0000')
  restart(bench)
  expect(ended).toBe(1)
  expect(bench.read().outcomes).toEqual([])
  expect(bench.send(init)).toBe('')
})

test('a halted endpoint stalls until the halt is cleared', () => {
  const bench = greeted()
  const waiting = bench.read()
  bench.control('02 03 0000 8100 0000')
  expect(waiting.outcomes).toEqual(['stall'])
  expect(bench.control('82 00 0000 8100 0200')).toBe('0100')
  expect(bench.control('82 00 0000 0100 0200')).toBe('0000')
  expect(bench.read().outcomes).toEqual(['stall'])
  bench.links[0]?.send(Uint8Array.of(1))
  bench.control('02 01 0000 8100 0000')
  expect(bench.read().outcomes).toEqual(onChannel1(Uint8Array.of(1)))

  bench.control('02 03 0000 0100 0000')
  expect(bench.send(init)).toBe('stall')
  bench.control('01 0b 0000 0000 0000')
  expect(bench.send(init)).toBe('')
})

test('endpoints that it has not stall', () => {
  const bench = new UsbBench()
  for (const direction of ['in', 'out'] as const) {
    expect(bench.transfer(2, direction, { length: 64 }).outcomes).toEqual(['stall'])
  }
})
