/**
 * A serial device made by the operating system: a pseudo-terminal, whose slave side any serial program opens by its path.
 * A PTY knows no connecting: its one channel is there from the start and outlives every host that opens the path.
 */

import { constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { Closing } from '../../protocol/framing/closing.ts'
import { LineError } from '../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import type { Clock } from '../../protocol/time/clock.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import type { Port } from './port.ts'
import { PtyWriter } from './pty-writer.ts'

export interface PtyPort extends Port {
  readonly kind: 'pty'
  /** Such as /dev/pts/7. */
  readonly path: string
  /** Bytes that no host read and that were thrown away. */
  readonly dropped: number
}

/** What `open()` of @lydell/node-pty gives; its types leave it out. */
interface OpenedPty {
  readonly fd: number
  readonly ptsName: string
  readonly master: ReadStream
  readonly slave: ReadStream
}

/**
 * @param options.clock counts the second for which a host may leave bytes unread; by default the machine's own
 * @throws LineError 'unsupported' where there are no pseudo-terminals: use TCP there
 */
export async function ptyPort({ clock = systemClock }: { readonly clock?: Clock } = {}): Promise<PtyPort> {
  const { fd, ptsName: path, master, slave } = await openPty()
  const keeper = keepRaw(path)
  slave.destroy()

  const closing = new Closing()
  const close = () => {
    if (closing.happened) return
    writer.stop()
    master.destroy()
    keeper.destroy()
    closing.happen()
  }
  const writer = new PtyWriter(fd, clock, close)
  master.on('error', close).on('close', close)
  const channel: ByteChannel = {
    write: bytes => writer.write(bytes),
    onData: listener => void master.on('data', listener),
    onClose: listener => closing.onClose(listener),
    close,
  }
  return {
    kind: 'pty',
    path,
    get dropped() {
      return writer.dropped
    },
    onConnect: listener => listener(channel),
    close,
  }
}

async function openPty(): Promise<OpenedPty> {
  try {
    // The package declares no `open`; the tests hold it to what is used here.
    const pty: unknown = await import('@lydell/node-pty')
    return (pty as { open(options: { encoding: null }): OpenedPty }).open({ encoding: null })
  } catch (error) {
    throw new LineError(
      'unsupported',
      'this machine gives no pseudo-terminal: plug the fob into a TCP port instead',
      error,
    )
  }
}

/**
 * Holds the slave side open and raw: the master then sees no hang-up when a host closes, and no byte is echoed, edited or
 * taken for a signal. Never reads, for what it read would be missing at the host; and stays, for its end undoes raw mode.
 */
function keepRaw(path: string): ReadStream {
  const keeper = new ReadStream(openSync(path, constants.O_RDWR | constants.O_NOCTTY))
  keeper.setRawMode(true)
  return keeper
}
