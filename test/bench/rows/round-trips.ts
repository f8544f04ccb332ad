/** Round trips between a host and a fob, beside an echo of as many bytes on the same kind of line. */

import { createFob } from '../../../firmware-sim/create-fob.ts'
import { memoryPort } from '../../../firmware-sim/transport/memory.ts'
import { memoryHidPort } from '../../../firmware-sim/transport/memory-hid.ts'
import type { DevicePort, Port } from '../../../firmware-sim/transport/port.ts'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { rfc2217Port } from '../../../firmware-sim/transport/rfc2217.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { type UsbipPort, usbipServer } from '../../../firmware-sim/transport/usbip.ts'
import { FobClient } from '../../../host/fob-client.ts'
import { connectMemory } from '../../../host/transport/memory.ts'
import { connectSerial } from '../../../host/transport/serial.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'
import { hidLink } from '../../../protocol/framing/hid-link.ts'
import type { ByteChannel, ReportPipe } from '../../../protocol/framing/link.ts'
import { encodeFrame } from '../../../protocol/framing/serial-frames.ts'
import { serialLink } from '../../../protocol/framing/serial-link.ts'
import { encodeMessage } from '../../../protocol/messages/codec.ts'
import { serialClient } from '../../firmware-sim/transport/rfc2217-client.ts'
import { UsbipClient } from '../../firmware-sim/transport/usbip-client.ts'
import { Latencies } from '../latencies.ts'
import type { Row } from '../row.ts'

/** A port, and how a host gets to it. */
type Line =
  | { readonly carries: 'bytes'; readonly port: Port; readonly connect: () => Promise<ByteChannel> }
  | { readonly carries: 'reports'; readonly port: DevicePort; readonly connect: () => Promise<ReportPipe> }

interface KindOfLine {
  readonly name: string
  readonly operations: number
  readonly open: () => Promise<Line>
}

const kinds: readonly KindOfLine[] = [
  {
    name: 'memory',
    operations: 400,
    open: async () => {
      const port = memoryPort()
      return { carries: 'bytes', port, connect: async () => connectMemory(port) }
    },
  },
  {
    name: 'HID in memory',
    operations: 400,
    open: async () => {
      const port = memoryHidPort()
      return { carries: 'reports', port, connect: async () => port.connect() }
    },
  },
  {
    name: 'TCP',
    operations: 100,
    open: async () => {
      const port = await tcpPort()
      return { carries: 'bytes', port, connect: () => connectTcp(port) }
    },
  },
  {
    name: 'RFC 2217',
    operations: 100,
    open: async () => {
      const port = await rfc2217Port()
      return { carries: 'bytes', port, connect: async () => serialClient(await connectTcp(port)) }
    },
  },
  {
    name: 'USB/IP',
    operations: 100,
    open: async () => {
      const port = (await usbipServer({ port: 0 })).socket()
      return { carries: 'reports', port, connect: () => attach(port) }
    },
  },
  {
    name: 'a PTY',
    operations: 100,
    open: async () => {
      const port = await ptyPort()
      return { carries: 'bytes', port, connect: () => connectSerial(port.path) }
    },
  },
]

const serialNumber = 'GAHT12345678'
/** What comes back from a fob; what goes there is shorter. */
const answer = encodeMessage({ type: 'response', txid: 0xffff, name: 'readSerialNumber', body: { serialNumber } })

export async function* rows(): AsyncGenerator<Row, void> {
  for (const { name, operations, open } of kinds) {
    await using fob = createFob({ serialNumber })
    const line = await open()
    fob.plug(line.port)
    const link = line.carries === 'bytes' ? serialLink(await line.connect()) : hidLink(await line.connect())
    const client = new FobClient(link)
    await client.hello()
    const mirror = await open()
    const { peer, bytes, channel } = await echoOn(mirror)

    const [asked, echoed] = [new Latencies(), new Latencies()]
    const echo = echoOver(channel, bytes)
    yield {
      name: `serial number over ${name}`,
      peer,
      operations,
      ours: () => asked.times(operations, () => client.readSerialNumber()),
      theirs: () => echoed.times(operations, echo),
      remark: () => `${asked}; echo ${echoed}`,
    }
    client.close()
    channel.close()
    mirror.port.close()
  }
}

async function attach({ port, busid }: UsbipPort): Promise<ReportPipe> {
  const client = await UsbipClient.connect(port)
  await client.import(busid)
  return client.pipe()
}

/** An echo in the place of the fob: of bare bytes, or on HID, where a port has nothing less, of messages. */
async function echoOn(line: Line): Promise<{ peer: string; bytes: Uint8Array; channel: ByteChannel }> {
  if (line.carries === 'bytes') {
    line.port.onConnect(channel => channel.onData(bytes => channel.write(bytes)))
    const bytes = encodeFrame(answer)
    return { peer: `bare echo of ${bytes.length} bytes`, bytes, channel: await line.connect() }
  }
  line.port.attach({ serialNumber, product: 'echo' }, link => link.onMessage(message => link.send(message)))
  const { send: write, onMessage: onData, ...link } = hidLink(await line.connect())
  const peer = `echo of a message of ${answer.length} bytes`
  return { peer, bytes: answer, channel: { ...link, write, onData } }
}

/** Sends the bytes, and waits for as many. */
function echoOver(channel: ByteChannel, bytes: Uint8Array): () => Promise<void> {
  let missing = 0
  let done = () => {}
  channel.onData(({ length }) => {
    missing -= length
    if (missing === 0) done()
  })
  return () =>
    new Promise(resolve => {
      missing = bytes.length
      done = resolve
      channel.write(bytes)
    })
}
