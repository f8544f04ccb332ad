/** The host's end of a serial line over TCP. */

import { once } from 'node:events'
import { connect } from 'node:net'
import { LineError } from '../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { streamChannel } from '../../protocol/framing/stream-channel.ts'
import { FobError } from '../fob-error.ts'

export interface TcpAddress {
  readonly port: number
  /** 127.0.0.1 by default. */
  readonly host?: string
}

/** @throws LineError when nobody answers there; FobError 'canceled' when the signal aborts first */
export async function connectTcp(
  { port, host = '127.0.0.1' }: TcpAddress,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ByteChannel> {
  const socket = connect({ port, host, noDelay: true })
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.on('error', () => {}).destroy()
    if (signal?.aborted) throw new FobError('canceled', { cause: signal.reason })
    throw new LineError('not-found', `no fob answers at ${host}:${port}: plug it in there first`, error)
  }
  return streamChannel(socket)
}
