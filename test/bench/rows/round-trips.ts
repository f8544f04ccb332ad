/** Round trips between a host and a fob, beside a bare echo of as many bytes on the same kind of line. */

import { createFob } from '../../../firmware-sim/create-fob.ts'
import { memoryPort } from '../../../firmware-sim/transport/memory.ts'
import type { Port } from '../../../firmware-sim/transport/port.ts'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { FobClient } from '../../../host/fob-client.ts'
import { connectMemory } from '../../../host/transport/memory.ts'
import { connectSerial } from '../../../host/transport/serial.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { encodeFrame } from '../../../protocol/framing/serial-frames.ts'
import { serialLink } from '../../../protocol/framing/serial-link.ts'
import { encodeMessage } from '../../../protocol/messages/codec.ts'
import { Latencies } from '../latencies.ts'
import type { Row } from '../row.ts'

interface Line {
  readonly port: Port
  readonly connect: () => Promise<ByteChannel>
}

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
      return { port, connect: async () => connectMemory(port) }
    },
  },
  {
    name: 'TCP',
    operations: 100,
    open: async () => {
      const port = await tcpPort()
      return { port, connect: () => connectTcp(port) }
    },
  },
  {
    name: 'a PTY',
    operations: 100,
    open: async () => {
      const port = await ptyPort()
      return { port, connect: () => connectSerial(port.path) }
    },
  },
]

const serialNumber = 'GAHT12345678'
/** What comes back from a fob; what goes there is shorter. */
const answer = encodeFrame(
  encodeMessage({ type: 'response', txid: 0xffff, name: 'readSerialNumber', body: { serialNumber } }),
)

export async function* rows(): AsyncGenerator<Row, void> {
  for (const { name, operations, open } of kinds) {
    await using fob = createFob({ serialNumber })
    const line = await open()
    fob.plug(line.port)
    const client = new FobClient(serialLink(await line.connect()))
    await client.hello()
    const mirror = await open()
    mirror.port.onConnect(channel => channel.onData(bytes => channel.write(bytes)))
    const bare = await mirror.connect()

    const [asked, echoed] = [new Latencies(), new Latencies()]
    const echo = echoOver(bare)
    yield {
      name: `serial number over ${name}`,
      peer: `bare echo of ${answer.length} bytes`,
      operations,
      ours: () => asked.times(operations, () => client.readSerialNumber()),
      theirs: () => echoed.times(operations, echo),
      remark: () => `${asked}; echo ${echoed}`,
    }
    client.close()
    bare.close()
    mirror.port.close()
  }
}

/** Sends an answer's worth of bytes, and waits for as many. */
function echoOver(channel: ByteChannel): () => Promise<void> {
  let missing = 0
  let done = () => {}
  channel.onData(bytes => {
    missing -= bytes.length
    if (missing === 0) done()
  })
  return () =>
    new Promise(resolve => {
      missing = answer.length
      done = resolve
      channel.write(answer)
    })
}
