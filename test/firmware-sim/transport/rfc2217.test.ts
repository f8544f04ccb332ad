import { expect, test } from 'vitest'
import { rfc2217Port } from '../../../firmware-sim/transport/rfc2217.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { runByteChannelContract } from '../../contract/byte-channel-contract.ts'
import { collect } from '../../contract/cable-ends.ts'
import { serialClient } from './rfc2217-client.ts'

runByteChannelContract('a serial port by RFC 2217', {
  async connect() {
    const port = await rfc2217Port()
    const fob = new Promise<ByteChannel>(resolve => port.onConnect(resolve))
    const host = serialClient(await connectTcp(port))
    return { fob: await fob, host, close: () => port.close() }
  },
  tellsHostClose: true,
})

test('each host finds the port as new', async () => {
  const port = await rfc2217Port()
  port.onConnect(channel => channel.onData(() => {}))
  const agreeAndAskParity = Uint8Array.of(255, 251, 44, 255, 250, 44, 3, 0, 255, 240)
  const setParity = Uint8Array.of(255, 250, 44, 3, 2, 255, 240)
  const heardByOne = async (...requests: Uint8Array[]) => {
    const host = await connectTcp(port)
    // Four verbs and one more, the modem lines, and each answer.
    const heard = await collect(host, 15 + 7 * (requests.length + 1), () => requests.forEach(host.write))
    host.close()
    return heard.at(-3)
  }
  expect(await heardByOne(agreeAndAskParity, setParity)).toBe(2)
  expect(await heardByOne(agreeAndAskParity)).toBe(1)
  port.close()
})
