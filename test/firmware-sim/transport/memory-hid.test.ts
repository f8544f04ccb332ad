import { expect, test } from 'vitest'
import { memoryHidPort } from '../../../firmware-sim/transport/memory-hid.ts'
import { maxQueuedReports } from '../../../firmware-sim/usb/report-queue.ts'
import { hidLink } from '../../../protocol/framing/hid-link.ts'
import { encodeInit, nonceLength } from '../../../protocol/framing/hid-reports.ts'
import type { MessageLink } from '../../../protocol/framing/link.ts'
import { settled } from '../../../protocol/time/settled.ts'
import { runDevicePortContract } from '../../contract/device-port-contract.ts'

const plate = { serialNumber: 'GAHT12345678', product: 'SF-1' }

runDevicePortContract('HID in memory', async () => {
  const port = memoryHidPort()
  return { port, open: async () => port.connect(), close: () => {} }
})

test('every host hears every report, as with hidraw', async () => {
  const port = memoryHidPort()
  port.attach(plate, () => {})
  const heard = [0, 0]
  const [first, second] = heard.map((_, host) => {
    const pipe = port.connect()
    pipe.onReport(() => {
      heard[host] = (heard[host] ?? 0) + 1
    })
    return pipe
  })
  const [init = new Uint8Array()] = encodeInit(new Uint8Array(nonceLength))
  first?.send(init)
  await settled()
  second?.close()
  first?.send(init)
  await settled()
  expect(heard).toEqual([2, 1])
})

test('a host may use its buffer again', async () => {
  const port = memoryHidPort()
  const links: MessageLink[] = []
  port.attach(plate, link => links.push(link))
  const [init = new Uint8Array()] = encodeInit(new Uint8Array(nonceLength))
  port.connect().send(init)
  init.fill(0)
  await settled()
  expect(links).toHaveLength(1)
})

test('the channels end when the last host has closed the device', async () => {
  const port = memoryHidPort()
  const links: MessageLink[] = []
  port.attach(plate, link => links.push(link))
  const [one, two] = [port.connect(), port.connect()]
  hidLink(one).send(Uint8Array.of(1))
  await settled()
  let ended = 0
  links[0]?.onClose(() => ended++)
  one.close()
  expect(ended).toBe(0)
  two.close()
  expect(ended).toBe(1)
})

test('a host that does not listen loses the oldest reports, and keeps no more than a queue of them', async () => {
  const port = memoryHidPort()
  const links: MessageLink[] = []
  port.attach(plate, link => links.push(link))
  const [speaker, sleeper] = [port.connect(), port.connect()]
  hidLink(speaker).send(Uint8Array.of(1))
  await settled()
  for (let count = 0; count < 1000; count++) links[0]?.send(Uint8Array.of(count & 0xff))
  await settled()
  const late: Uint8Array[] = []
  sleeper.onReport(report => late.push(report))
  await settled()
  expect(late).toHaveLength(maxQueuedReports)
  expect(late.at(-1)?.[7]).toBe(999 & 0xff)
})

test('without a fob there is no device, before it is plugged in and after', () => {
  const port = memoryHidPort()
  const refusal = expect.objectContaining({ name: 'LineError', code: 'not-found' })
  expect(() => port.connect()).toThrow(refusal)
  port.attach(plate, () => {})
  port.close()
  expect(() => port.connect()).toThrow(refusal)
})
