/** The host's end of a serial line: a device file or COM port, real or a PTY (@serialport/stream over bindings-cpp). */

import { LineError } from '../../protocol/framing/line-error.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { streamChannel } from '../../protocol/framing/stream-channel.ts'
import { noticeHangUp } from './hang-up.ts'

/** A fob on a PTY or on USB takes any rate; a cable with a UART in it takes this one. */
const baudRate = 115_200

/**
 * Opens a serial port for this program alone.
 * @param path such as /dev/pts/7, /dev/ttyACM0 or COM3
 * @throws LineError that says why it can't be opened and what to do
 */
export async function connectSerial(path: string): Promise<ByteChannel> {
  const { SerialPortStream, binding } = await loadSerialPort()
  const port = new SerialPortStream({ path, baudRate, binding, autoOpen: false })
  await new Promise<void>((resolve, reject) => {
    port.open(error => (error ? reject(explain(path, error)) : resolve()))
  })
  if (port.port !== undefined) await noticeHangUp(port.port)
  // Its `destroy` leaves the port open.
  return streamChannel(port, () => {
    if (port.isOpen) port.close()
  })
}

async function loadSerialPort() {
  try {
    const [{ SerialPortStream }, { autoDetect }] = await Promise.all([
      import('@serialport/stream'),
      import('@serialport/bindings-cpp'),
    ])
    return { SerialPortStream, binding: autoDetect() }
  } catch (error) {
    throw new LineError(
      'unsupported',
      'the serial driver is missing: npm install @serialport/stream @serialport/bindings-cpp',
      error,
    )
  }
}

/** The bindings tell their errors apart by text alone. */
function explain(path: string, error: Error): LineError {
  const { message } = error
  if (/no such file|not found|no such device/i.test(message))
    return new LineError('not-found', `there is no ${path}: plug the fob in, and look up its path again`, error)
  if (/lock|busy/i.test(message))
    return new LineError('taken', `${path} is in use: close the other program that has it open`, error)
  if (/permission|access denied/i.test(message))
    return new LineError(
      'denied',
      `you may not open ${path}: join the group that owns it (ls -l ${path}) and log in again`,
      error,
    )
  return new LineError('failed', `${path} can't be opened as a serial port: ${message.replace(/^Error:? /, '')}`, error)
}
