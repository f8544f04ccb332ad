/**
 * A host's link before its first message, and from then on a session. What a session speaks with is loaded with the first
 * message that any fob gets: one that is only pressed, as by `softfob code`, speaks to nobody, and starts a tenth faster.
 */

import type { MessageLink } from '../protocol/framing/link.ts'
import type { Firmware } from './firmware/loop.ts'

let session: typeof import('./session.ts') | undefined

export function awaitMessages(link: MessageLink, firmware: Firmware): void {
  if (session === undefined) openWithFirst(link, firmware)
  else session.openSession(link, firmware)
}

function openWithFirst(link: MessageLink, firmware: Firmware): void {
  let receive = (first: Uint8Array): void => {
    const early = [first]
    receive = message => void early.push(message)
    void openWith(early)
  }
  const openWith = async (early: readonly Uint8Array[]): Promise<void> => {
    session = await import('./session.ts')
    const onMessage = (listener: typeof receive) => {
      receive = listener
      for (const message of early) listener(message)
    }
    session.openSession(afterwards(link, onMessage), firmware)
  }
  link.onMessage(message => receive(message))
}

/** The link as it is, but that its messages have had a listener already. */
function afterwards(link: MessageLink, onMessage: MessageLink['onMessage']): MessageLink {
  return {
    send: message => link.send(message),
    onMessage,
    onClose: listener => link.onClose(listener),
    close: () => link.close(),
    get dropped() {
      return link.dropped
    },
  }
}
