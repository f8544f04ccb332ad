/** Reports of 64 bytes over a HID device that node-hid has open. */

import { Closing } from '../../protocol/framing/closing.ts'
import type { ReportPipe } from '../../protocol/framing/link.ts'

/** As much of node-hid's HIDAsync as is used here; the first `data` listener begins the reading. */
export interface HidDevice {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** One write is done after the other. */
  write(report: Buffer): Promise<unknown>
  close(): Promise<void>
}

/** hidapi wants an ID before each report, zero where there are none. */
const noReportId = Uint8Array.of(0)

/** A device that can't be read or written any more has gone, and the pipe closes. */
export function reportPipe(device: HidDevice): ReportPipe {
  const closing = new Closing()
  const close = () => {
    if (closing.happened) return
    closing.happen()
    // It may have gone by itself: there is nothing to be done then.
    device.close().catch(() => {})
  }
  device.on('error', close)
  return {
    send(report) {
      if (!closing.happened) device.write(Buffer.concat([noReportId, report])).catch(close)
    },
    onReport: listener =>
      void device.on('data', report => {
        if (!closing.happened) listener(report)
      }),
    onClose: listener => closing.onClose(listener),
    close,
  }
}
