/**
 * A fob's end of one host's channel: messages in and out of bytes, on any framing.
 * It keeps the last answer, so that a request sent again after a lost reply is answered again and not obeyed again.
 */

import type { MessageLink } from '../protocol/framing/link.ts'
import {
  decodeMessage,
  encodeFailure,
  encodeMessage,
  type FromHost,
  peekHeader,
  type Request,
} from '../protocol/messages/codec.ts'
import { messageTypes } from '../protocol/messages/table.ts'
import { WireError } from '../protocol/messages/wire-error.ts'
import type { Firmware } from './firmware/loop.ts'

/** What this host last asked, and what it was told. */
interface LastRequest {
  readonly bytes: Uint8Array
  readonly request: Request
  answer: Uint8Array | undefined
}

/** Connects a link to the firmware until either end closes. */
export function openSession(link: MessageLink, firmware: Firmware): void {
  let last: LastRequest | undefined
  let greeted = false

  const channel = firmware.openChannel({
    send(message) {
      const bytes = encodeMessage(message)
      if (last?.request.txid === message.txid && last.request.name === message.name) last.answer = bytes
      if (message.type === 'response' && message.name === 'hello') greeted = true
      link.send(bytes)
    },
    announce(event) {
      if (greeted) link.send(encodeMessage({ type: 'event', txid: 0, ...event }))
    },
  })

  link.onClose(() => firmware.closeChannel(channel))
  link.onMessage(bytes => {
    const message = read(bytes, link)
    if (message === undefined) return
    if (message.type === 'request') {
      if (last !== undefined && Buffer.compare(last.bytes, bytes) === 0) {
        if (last.answer !== undefined) link.send(last.answer)
        return
      }
      last = { bytes, request: message, answer: undefined }
    }
    firmware.dispatch({ type: 'message', channel, message })
  })
}

/** A message from a host; what can't be read is answered where it asks for an answer, and dropped where not. */
function read(bytes: Uint8Array, link: MessageLink): FromHost | undefined {
  try {
    const message = decodeMessage(bytes)
    return message.type === 'request' || message.type === 'cancel' ? message : undefined
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const header = peekHeader(bytes)
    if (header !== undefined && messageTypes[header.type] === 'request') {
      link.send(encodeFailure(header, error.code === 'unknown-opcode' ? 'unknown-command' : 'malformed', error.message))
    }
    return undefined
  }
}
