/** The serial line of the demo: a PTY where the system has one and the driver reads it, else TCP, and it says so. */

import { versions } from 'node:process'
import type { Port } from '../../../firmware-sim/transport/port.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { LineError } from '../../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { connectTcp } from '../../transport/tcp.ts'

export interface Line {
  readonly port: Port
  /** As a person would write it: /dev/pts/7, or 127.0.0.1:40001. */
  readonly name: string
  /** Why it is no PTY, when it is none. */
  readonly excuse?: string
  /** The host opens its end. */
  connect(): Promise<ByteChannel>
}

export async function openLine(): Promise<Line> {
  try {
    if (readsNothing(versions.node)) {
      throw new LineError('unsupported', `the serial driver delivers no reads on Node ${versions.node}`)
    }
    const { ptyPort } = await import('../../../firmware-sim/transport/pty.ts')
    const { connectSerial } = await import('../../transport/serial.ts')
    const port = await ptyPort()
    return { port, name: port.path, connect: () => connectSerial(port.path) }
  } catch (error) {
    if (!(error instanceof LineError && error.code === 'unsupported')) throw error
    const port = await tcpPort()
    const excuse = `no serial line here, so TCP stands in: ${error.message}`
    return { port, name: `127.0.0.1:${port.port}`, excuse, connect: () => connectTcp({ port: port.port }) }
  }
}

/** @serialport/bindings-cpp 13.0.1 on Node 26.4 and later (its pull request 239). */
function readsNothing(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  return major > 26 || (major === 26 && minor >= 4)
}
