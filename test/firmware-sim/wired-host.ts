/** A host with bare hands: it sends bytes to a fob over a cable in memory, and keeps all that comes back. */

import { createFob, type FobOptions } from '../../firmware-sim/create-fob.ts'
import type { Fob } from '../../firmware-sim/fob.ts'
import { memoryCable } from '../../firmware-sim/transport/memory.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import {
  decodeMessage,
  encodeMessage,
  type FromFob,
  type FromHost,
  type Message,
} from '../../protocol/messages/codec.ts'
import { settled } from '../../protocol/time/settled.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'

export interface WiredHost {
  /** All that has come, in order, and not yet been taken. */
  taken(): Promise<FromFob[]>
  takenBytes(): Promise<Uint8Array[]>
  say(message: FromHost): void
  sayBytes(message: Uint8Array): void
  hangUp(): void
  readonly hungUp: boolean
}

export function wire(fob: Fob): WiredHost {
  const [fobEnd, hostEnd] = memoryCable()
  fob.connect(fobEnd)
  const link = serialLink(hostEnd)
  const received: Uint8Array[] = []
  let hungUp = false
  link.onMessage(message => received.push(message))
  link.onClose(() => {
    hungUp = true
  })
  const takenBytes = async () => {
    await settled()
    return received.splice(0)
  }
  return {
    takenBytes,
    taken: async () => (await takenBytes()).map(bytes => fromFob(decodeMessage(bytes))),
    say: message => link.send(encodeMessage(message)),
    sayBytes: message => link.send(message),
    hangUp: () => link.close(),
    get hungUp() {
      return hungUp
    },
  }
}

/** A fob with the secret of the RFCs, and its clock. */
export function benchFob(options: FobOptions = {}, save?: (fob: Fob) => void): { clock: VirtualClock; fob: Fob } {
  const clock = new VirtualClock(1_700_000_040_000_000)
  const secret = Buffer.from('12345678901234567890')
  return { clock, fob: createFob({ clock, secret, serialNumber: 'GAHT12345678', ...options }, save) }
}

function fromFob(message: Message): FromFob {
  if (message.type === 'request' || message.type === 'cancel') throw new TypeError(`a fob sent a ${message.type}`)
  return message
}

// The first message that any fob gets takes longer to answer: what a session speaks with is loaded then.
const first = wire(benchFob().fob)
first.say({ type: 'request', txid: 1, name: 'hello', body: { version: 1 } })
while ((await first.taken()).length === 0);
