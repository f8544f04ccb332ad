/** What a cable is to its two ends: bytes, reports, or whole messages, and news of its end. */

/** A stream of bytes, both ways. */
export interface ByteChannel {
  /** Sends bytes. Nothing happens once the channel has closed. */
  write(bytes: Uint8Array): void
  /** Called for each piece that arrives, split anywhere. */
  onData(listener: (bytes: Uint8Array) => void): void
  /** Called once, when either end closes or the line fails. */
  onClose(listener: () => void): void
  close(): void
}

/** A HID device as a host has it open: reports of 64 bytes, both ways. */
export interface ReportPipe {
  /** Sends an output report. Nothing happens once the pipe has closed. */
  send(report: Uint8Array): void
  /** Called for each input report, also for those that are for another program. */
  onReport(listener: (report: Uint8Array) => void): void
  /** Called once, when the host closes it or the device goes. */
  onClose(listener: () => void): void
  close(): void
}

/** Whole messages, both ways: what every framing makes of its carrier. */
export interface MessageLink {
  send(message: Uint8Array): void
  onMessage(listener: (message: Uint8Array) => void): void
  onClose(listener: () => void): void
  close(): void
  /** Frames that arrived broken and were thrown away. */
  readonly dropped: number
}
