/**
 * A serial port over TCP on loopback, with its settings and signals (RFC 2217): for programs that want a serial port, on
 * any operating system and without a driver.
 */

import { type ListeningPort, listeningPort } from './listening-port.ts'
import { SerialPortChannel } from './serial-port-channel.ts'

export interface Rfc2217Port extends ListeningPort {
  readonly kind: 'rfc2217'
}

/** @param options.port 0, the default, takes any free one. @throws LineError when the port is taken or not allowed */
export async function rfc2217Port(options: { readonly port?: number } = {}): Promise<Rfc2217Port> {
  const port = await listeningPort(options)
  return {
    kind: 'rfc2217',
    ...port,
    onConnect: listener => port.onConnect(channel => listener(new SerialPortChannel(channel))),
  }
}
