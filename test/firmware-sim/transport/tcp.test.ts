import { expect, test } from 'vitest'
import { type TcpPort, tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { runByteChannelContract } from '../../contract/byte-channel-contract.ts'
import { closed, collect } from '../../contract/cable-ends.ts'

runByteChannelContract('a TCP line', {
  async connect() {
    const port = await tcpPort()
    const fob = nextChannel(port)
    const host = await connectTcp(port)
    return { fob: await fob, host, close: () => port.close() }
  },
  tellsHostClose: true,
})

test('a later host waits for the first to hang up, and what it sent meanwhile is read then', async () => {
  const port = await tcpPort()
  const channels: ByteChannel[] = []
  port.onConnect(channel => {
    channels.push(channel)
    channel.onData(bytes => channel.write(bytes))
  })
  const first = await connectTcp(port)
  const second = await connectTcp(port)
  const echoed = collect(second, 1)
  second.write(Uint8Array.of(2))
  expect(await collect(first, 1, () => first.write(Uint8Array.of(1)))).toEqual(Uint8Array.of(1))
  expect(channels).toHaveLength(1)
  first.close()
  expect(await echoed).toEqual(Uint8Array.of(2))
  port.close()
  await closed(second)
})

test('hosts that have gone leave the line, also those that were never let in and had sent something', async () => {
  const port = await tcpPort()
  port.onConnect(channel => channel.onData(bytes => channel.write(bytes)))
  const first = await connectTcp(port)
  // More, one after the other, than may wait.
  for (let count = 0; count < 20; count++) {
    const passer = await connectTcp(port)
    passer.write(Uint8Array.of(1))
    passer.close()
  }
  const last = await connectTcp(port)
  const echoed = collect(last, 1)
  last.write(Uint8Array.of(2))
  first.close()
  expect(await echoed).toEqual(Uint8Array.of(2))
  port.close()
})

test('unplugging hangs up on those who wait, without letting them in', async () => {
  const port = await tcpPort()
  let admitted = 0
  port.onConnect(() => admitted++)
  const hosts = [await connectTcp(port), await connectTcp(port), await connectTcp(port)]
  const ends = hosts.map(host => {
    host.onData(() => {})
    return closed(host)
  })
  port.close()
  await Promise.all(ends)
  expect(admitted).toBe(1)
})

test('a host that never reads is hung up on', async () => {
  const port = await tcpPort()
  const fob = nextChannel(port)
  await connectTcp(port)
  const channel = await fob
  const end = closed(channel)
  const megabyte = new Uint8Array(1 << 20)
  // More than the kernel takes for a reader who does not read; each write beyond the end does nothing.
  for (let count = 0; count < 16; count++) channel.write(megabyte)
  await end
  port.close()
})

test('a taken port gives one line that says what to do', async () => {
  const { port, close } = await tcpPort()
  await expect(tcpPort({ port })).rejects.toMatchObject({
    code: 'taken',
    message: `TCP port ${port} is taken: choose another, or 0 for any free one`,
  })
  close()
})

test('a closed port can be opened again at once', async () => {
  const first = await tcpPort()
  await connectTcp(first)
  first.close()
  const second = await tcpPort({ port: first.port })
  expect(second.port).toBe(first.port)
  second.close()
})

function nextChannel(port: TcpPort): Promise<ByteChannel> {
  return new Promise(resolve => port.onConnect(resolve))
}
