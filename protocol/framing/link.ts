/** What a cable is to its two ends: bytes, or whole messages, and news of its end. */

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

/** Whole messages, both ways: what every framing makes of its carrier. */
export interface MessageLink {
  send(message: Uint8Array): void
  onMessage(listener: (message: Uint8Array) => void): void
  onClose(listener: () => void): void
  close(): void
  /** Frames that arrived broken and were thrown away. */
  readonly dropped: number
}
