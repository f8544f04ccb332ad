/** The host's end of a cable inside one process. */

import type { ByteChannel } from '../../protocol/framing/link.ts'

/** A fob's memory port, as much of it as a host sees. */
export interface MemorySocket {
  connect(): ByteChannel
}

/** @throws LineError once the fob has been unplugged */
export function connectMemory(port: MemorySocket): ByteChannel {
  return port.connect()
}
