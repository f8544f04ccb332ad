/** A serial line over TCP on loopback, bytes as they are. */

import { type ListeningPort, listeningPort } from './listening-port.ts'

export interface TcpPort extends ListeningPort {
  readonly kind: 'tcp'
}

/** @param options.port 0, the default, takes any free one. @throws LineError when the port is taken or not allowed */
export async function tcpPort(options: { readonly port?: number } = {}): Promise<TcpPort> {
  return { kind: 'tcp', ...(await listeningPort(options)) }
}
