/** The host's end of HID framing: one channel on a device that other programs may have open as well. */

import { type Entropy, systemEntropy } from '../time/entropy.ts'
import { Reassembly } from './hid-reassembly.ts'
import { decodeReport, encodeInit, encodeReports, hidCommands, nonceLength, readInitAnswer } from './hid-reports.ts'
import type { MessageLink, ReportPipe } from './link.ts'

/** Messages that wait for a channel; more are not to be expected before the greeting is answered. */
const maxWaiting = 16

/**
 * Asks for a channel when the first message is sent, and with each one more until the channel is there: whoever sends a
 * message again after a silence so asks for the channel again.
 */
export function hidLink(
  pipe: ReportPipe,
  { entropy = systemEntropy }: { readonly entropy?: Entropy } = {},
): MessageLink {
  const nonce = entropy.bytes(nonceLength)
  const reassembly = new Reassembly()
  const listeners: ((message: Uint8Array) => void)[] = []
  let channel: number | undefined
  let waiting: Uint8Array[] = []
  const sendReports = (reports: readonly Uint8Array[]) => {
    for (const report of reports) pipe.send(report)
  }
  const send = (message: Uint8Array) => {
    if (channel !== undefined) {
      sendReports(encodeReports(channel, hidCommands.message, message))
      return
    }
    // A copy, as a pipe makes: the writer may use its buffer again.
    waiting = [...waiting, message.slice()].slice(-maxWaiting)
    sendReports(encodeInit(nonce))
  }
  pipe.onReport(bytes => {
    const report = decodeReport(bytes)
    if (report === undefined) return
    if (channel === undefined) {
      channel = readInitAnswer(report, nonce)
      if (channel !== undefined) for (const message of waiting.splice(0)) send(message)
    } else if (report.channel === channel) {
      const message = reassembly.push(report)
      if (message !== undefined) for (const listener of listeners) listener(message)
    }
  })
  return {
    send,
    onMessage: listener => void listeners.push(listener),
    onClose: listener => pipe.onClose(listener),
    close: () => pipe.close(),
    get dropped() {
      return reassembly.dropped
    },
  }
}
