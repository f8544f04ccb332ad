import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeInit } from '../../../protocol/framing/hid-reports.ts'
import { UsbBench } from './usb-bench.ts'

const reportDescriptor = '065fff0901a101150026ff00750895400902810209039102c0'
const deviceDescriptor = '120100020000004009120100000101020301'
const hidDescriptor = '092111010001221900'
const configuration = `090229000101008032090400000203000000${hidDescriptor}0705810340000107050103400001`
const [report = new Uint8Array()] = encodeInit(Buffer.from('0102030405060708', 'hex'))

/** Setup packets: bmRequestType, bRequest, then wValue, wIndex and wLength, low byte first. */
describe('the fob answers', () => {
  test.each([
    ['GET_DESCRIPTOR device', '80 06 0001 0000 4000', deviceDescriptor],
    ['GET_DESCRIPTOR device, eight bytes of it', '80 06 0001 0000 0800', deviceDescriptor.slice(0, 16)],
    ['GET_DESCRIPTOR configuration, its head', '80 06 0002 0000 0900', configuration.slice(0, 18)],
    ['GET_DESCRIPTOR configuration', '80 06 0002 0000 2900', configuration],
    ['GET_DESCRIPTOR configuration, with room to spare', '80 06 0002 0000 ff00', configuration],
    ['GET_DESCRIPTOR string, languages', '80 06 0003 0000 ff00', '04030904'],
    ['GET_DESCRIPTOR string, manufacturer', '80 06 0103 0904 ff00', '100353006f006600740046006f006200'],
    ['GET_DESCRIPTOR string, product', '80 06 0203 0904 ff00', '0a03530046002d003100'],
    [
      'GET_DESCRIPTOR string, serial number',
      '80 06 0303 0904 ff00',
      '1a03470041004800540031003200330034003500360037003800',
    ],
    ['GET_STATUS of the device', '80 00 0000 0000 0200', '0000'],
    ['GET_CONFIGURATION', '80 08 0000 0000 0100', '01'],
    ['SET_CONFIGURATION', '00 09 0100 0000 0000', ''],
    ['SET_ADDRESS', '00 05 0700 0000 0000', ''],
    ['GET_STATUS of the interface', '81 00 0000 0000 0200', '0000'],
    ['GET_INTERFACE', '81 0a 0000 0000 0100', '00'],
    ['SET_INTERFACE', '01 0b 0000 0000 0000', ''],
    ['GET_DESCRIPTOR HID', '81 06 0021 0000 0900', hidDescriptor],
    ['GET_DESCRIPTOR report', '81 06 0022 0000 1900', reportDescriptor],
    ['GET_STATUS of an endpoint', '82 00 0000 8100 0200', '0000'],
    ['CLEAR_FEATURE(HALT)', '02 01 0000 8100 0000', ''],
    ['GET_REPORT input', 'a1 01 0001 0000 4000', '00'.repeat(64)],
    ['GET_IDLE', 'a1 02 0000 0000 0100', '00'],
    ['GET_PROTOCOL', 'a1 03 0000 0000 0100', '01'],
    ['SET_IDLE', '21 0a 0000 0000 0000', ''],
    ['SET_PROTOCOL', '21 0b 0100 0000 0000', ''],
    ['SET_FEATURE(PORT_RESET)', '23 03 0400 0100 0000', ''],
  ])('%s', (_, setup, answer) => {
    expect(new UsbBench().control(setup)).toBe(answer)
  })
})

describe('the fob stalls', () => {
  test.each([
    ['the device qualifier, at full speed', '80 06 0006 0000 0a00'],
    ['the other speed', '80 06 0007 0000 0900'],
    ['BOS', '80 06 000f 0000 0500'],
    ['a second configuration', '80 06 0102 0000 0900'],
    ['a string that it has not', '80 06 0403 0904 ff00'],
    ["Microsoft's string", '80 06 ee03 0000 1200'],
    ['the interface descriptor by itself', '80 06 0004 0000 0900'],
    ['a physical descriptor', '81 06 0023 0000 0900'],
    ['the report descriptor of another interface', '81 06 0022 0100 1900'],
    ['a configuration that it has not', '00 09 0200 0000 0000'],
    ['an alternate setting', '01 0b 0100 0000 0000'],
    ['the halt of an endpoint that it has not', '02 03 0000 8200 0000'],
    ['the status of an endpoint that it has not', '82 00 0000 0200 0200'],
    ['another feature of an endpoint', '02 01 0100 8100 0000'],
    ['remote wake-up', '00 03 0100 0000 0000'],
    ['test modes', '00 03 0200 0001 0000'],
    ['SET_DESCRIPTOR', '00 07 0001 0000 1200'],
    ['SYNCH_FRAME', '82 0c 0000 8100 0200'],
    ['a feature report', 'a1 01 0003 0000 4000'],
    ['a report with an ID', 'a1 01 0101 0000 4000'],
    ['an idle rate for a report with an ID', '21 0a 0105 0000 0000'],
    ['a protocol that HID has not', '21 0b 0200 0000 0000'],
    ["a vendor's request", 'c0 01 0000 0000 4000'],
    ['a port feature that is no reset', '23 03 0800 0100 0000'],
  ])('%s', (_, setup) => {
    expect(new UsbBench().control(setup)).toBe('stall')
  })
})

test('what was set is read back', () => {
  const bench = new UsbBench()
  bench.control('21 0a 0007 0000 0000')
  bench.control('21 0b 0000 0000 0000')
  expect([bench.control('a1 02 0000 0000 0100'), bench.control('a1 03 0000 0000 0100')]).toEqual(['07', '00'])
})

test('a device that is not configured has no interface', () => {
  const bench = new UsbBench()
  expect(bench.control('00 09 0000 0000 0000')).toBe('')
  expect(bench.control('80 08 0000 0000 0100')).toBe('00')
  expect(bench.control('81 06 0022 0000 1900')).toBe('stall')
  expect(bench.control('82 00 0000 8100 0200')).toBe('stall')
  expect(bench.read().outcomes).toEqual(['stall'])
  expect(bench.control('80 06 0001 0000 1200')).toBe(deviceDescriptor)
  bench.control('00 09 0100 0000 0000')
  expect(bench.control('81 06 0022 0000 1900')).toBe(reportDescriptor)
})

test('SET_REPORT is an output report, as hosts send that know no interrupt transfers', () => {
  const bench = new UsbBench()
  expect(bench.control('21 09 0002 0000 4000', report)).toBe('')
  expect(bench.links).toHaveLength(1)
  expect(bench.control('21 09 0003 0000 4000', report)).toBe('stall')
  expect(bench.control('21 09 0001 0000 4000', report)).toBe('stall')
})

test('ids can be other ones, and a serial number that is too long for a descriptor is cut', () => {
  const bench = new UsbBench({ serialNumber: 'x'.repeat(200), product: 'P' }, { vendorId: 0x1234, productId: 0xabcd })
  expect(bench.control('80 06 0001 0000 1200').slice(16, 24)).toBe('3412cdab')
  expect(bench.control('80 06 0303 0904 ff00')).toBe(`fe03${'7800'.repeat(126)}`)
})

test('no request whatever brings more bytes than were asked for, or an error', () => {
  const setup = fc.tuple(
    fc.constantFrom(0x00, 0x01, 0x02, 0x21, 0x23, 0x80, 0x81, 0x82, 0xa1, 0xc0),
    fc.nat({ max: 15 }),
    fc.uint8Array({ minLength: 6, maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.array(setup), fc.nat({ max: 70 }), (setups, length) => {
      const bench = new UsbBench()
      for (const [type, request, rest] of setups) {
        const bytes = Buffer.from([type, request, ...rest])
        const answer = bench.control(bytes.toString('hex'), new Uint8Array(), length)
        if (answer !== 'stall') expect(answer.length / 2).toBeLessThanOrEqual(Math.min(length, bytes.readUInt16LE(6)))
      }
    }),
  )
})
