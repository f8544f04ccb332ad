import { expect, test } from 'vitest'
import { memoryCable, memoryPort } from '../../../firmware-sim/transport/memory.ts'
import { connectMemory } from '../../../host/transport/memory.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { maxUnreadLength } from '../../../protocol/framing/stream-channel.ts'
import { runByteChannelContract } from '../../contract/byte-channel-contract.ts'
import { closed, collect } from '../../contract/cable-ends.ts'

runByteChannelContract('a memory cable', {
  async connect() {
    const port = memoryPort()
    const fob = new Promise<ByteChannel>(resolve => port.onConnect(resolve))
    const host = connectMemory(port)
    return { fob: await fob, host, close: () => port.close() }
  },
  tellsHostClose: true,
})

test('bytes arrive after the write has returned', async () => {
  const [a, b] = memoryCable()
  const received: number[] = []
  b.onData(bytes => received.push(...bytes))
  a.write(Uint8Array.of(7))
  expect(received).toEqual([])
  await undefined
  expect(received).toEqual([7])
})

test('a host may come before the fob listens', async () => {
  const port = memoryPort()
  const host = connectMemory(port)
  host.write(Uint8Array.of(5))
  const fob = await new Promise<ByteChannel>(resolve => port.onConnect(resolve))
  expect(await collect(fob, 1)).toEqual(Uint8Array.of(5))
})

test('each host has a cable of its own', async () => {
  const port = memoryPort()
  const fobs: ByteChannel[] = []
  port.onConnect(channel => fobs.push(channel))
  const hosts = [connectMemory(port), connectMemory(port)]
  fobs[1]?.write(Uint8Array.of(1))
  const silent: number[] = []
  hosts[0]?.onData(bytes => silent.push(...bytes))
  const [, second] = hosts
  expect(second && (await collect(second, 1))).toEqual(Uint8Array.of(1))
  expect(silent).toEqual([])
})

test('a line whose other end never reads is closed at 256 KiB and does not grow', async () => {
  const [a, b] = memoryCable()
  const end = closed(a)
  a.write(new Uint8Array(maxUnreadLength))
  a.write(Uint8Array.of(1))
  await end
  expect(await closed(b)).toBeUndefined()
})

test('an unplugged fob says so to the next host', () => {
  const port = memoryPort()
  port.close()
  expect(() => connectMemory(port)).toThrow(expect.objectContaining({ name: 'LineError', code: 'not-found' }))
})
