/**
 * A line that has hung up reads as empty, at once and for ever (POSIX.1 §11.1.10). bindings-cpp 13 asks again in a tight
 * loop and never tells (its pull request 164); here the first empty read is the end of the line.
 */

import { read } from 'node:fs'
import { promisify } from 'node:util'
import type { AutoDetectTypes } from '@serialport/bindings-cpp'

type PortBinding = Awaited<ReturnType<AutoDetectTypes['open']>>

const readFile = promisify(read)

/** Makes reads from an open port fail at its end. Windows tells by itself. */
export async function noticeHangUp(binding: PortBinding): Promise<void> {
  if (!('poller' in binding)) return
  const { unixRead } = await import('@serialport/bindings-cpp/dist/unix-read.js')
  binding.read = (buffer, offset, length) => unixRead({ binding, buffer, offset, length, fsReadAsync: readUntilHangUp })
}

const readUntilHangUp: typeof readFile = async (...request: Parameters<typeof readFile>) => {
  const result = await readFile(...request)
  if (result.bytesRead === 0) throw new Error('the line has hung up')
  return result
}
