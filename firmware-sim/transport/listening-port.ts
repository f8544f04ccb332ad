/**
 * A line on a TCP port of loopback. A line has two ends: one host talks at a time, the next ones wait for it to hang up,
 * and what they have sent meanwhile is read then.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { LineError, systemCode } from '../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { streamChannel } from '../../protocol/framing/stream-channel.ts'
import { Arrivals, type Port } from './port.ts'

export interface ListeningPort extends Omit<Port, 'kind'> {
  readonly port: number
}

const loopback = '127.0.0.1'
/** The one that talks and those that wait; any more are hung up on at once. */
const maxConnections = 8

/** @param options.port 0, the default, takes any free one. @throws LineError when the port is taken or not allowed */
export async function listeningPort({ port = 0 }: { readonly port?: number } = {}): Promise<ListeningPort> {
  const server = createServer()
  server.maxConnections = maxConnections
  const arrivals = new Arrivals()
  const line: ByteChannel[] = []
  const admitFirst = () => {
    if (line[0] !== undefined) arrivals.add(line[0])
  }
  server.on('connection', socket => {
    socket.setNoDelay()
    const channel = streamChannel(socket)
    line.push(channel)
    channel.onClose(() => {
      const wasFirst = line[0] === channel
      line.splice(line.indexOf(channel), 1)
      if (wasFirst) admitFirst()
    })
    if (line.length === 1) admitFirst()
  })
  return {
    port: await listen(server, port),
    onConnect: listener => arrivals.onConnect(listener),
    close() {
      server.close()
      // From the last: whoever waits must not be let in by the end of the one before.
      for (const channel of line.toReversed()) channel.close()
    },
  }
}

/**
 * Opens a server on loopback.
 * @param port 0 takes any free one
 * @returns the port
 * @throws LineError when the port is taken or not allowed
 */
export async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, loopback)
    await once(server, 'listening')
    // A host that is gone before it is let in, say: no reason to end the fob.
    server.on('error', () => {})
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE')
      throw new LineError('taken', `TCP port ${port} is taken: choose another, or 0 for any free one`, error)
    if (systemCode(error) === 'EACCES')
      throw new LineError('denied', `TCP port ${port} is not yours to open: choose one above 1023, or 0 for any`, error)
    throw error
  }
  const address = server.address()
  // A server that listens on TCP has an address object; a string is a pipe's.
  if (address === null || typeof address === 'string') throw new LineError('failed', `TCP port ${port} did not open`)
  return address.port
}
