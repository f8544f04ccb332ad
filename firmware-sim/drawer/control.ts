/**
 * A running fob's back door, for its owner: other commands press it, ask how it is, or get a wire to it.
 * One request a connection, a line of JSON each way; after `wire` the connection is a serial line.
 */

import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { streamChannel } from '../../protocol/framing/stream-channel.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import type { Reading } from '../reading.ts'
import type { DevicePort, Port } from '../transport/port.ts'

/** Where a fob is plugged in: a device file, or a TCP port on loopback and for USB/IP the device's name there. */
export interface Place {
  readonly kind: (Port | DevicePort)['kind']
  readonly port?: number | undefined
  readonly path?: string | undefined
  readonly busid?: string | undefined
}

export interface RunningStatus {
  readonly on: readonly Place[]
  /** Frames and reports that arrived broken and were thrown away, since it was started. */
  readonly dropped: number
}

export interface RunningFob {
  status(): RunningStatus
  press(request: PressRequest): Promise<Reading>
  /** A host's cable is plugged in. */
  connect(channel: ByteChannel): void
}

interface PressRequest {
  readonly want: 'press'
  readonly minRemainingUs: number
}

type Request = PressRequest | { readonly want: 'wire' | 'status' }
type Answer = { readonly reading: Reading } | { readonly status: RunningStatus } | { readonly error: string }

const newline = 10
/** A process that has been stopped, or hangs, is not waited for. */
const answersWithinUs = 5_000_000
const longestLine = 1024

/** Serves until it is closed. The caller holds the fob's lock, so a socket that lies there is nobody's. */
export async function serveControl(address: string, fob: RunningFob): Promise<Disposable> {
  if (process.platform !== 'win32') rmSync(address, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void firstLine(socket).then(line => serve(socket, line, fob))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, resolve)
  })
  return {
    [Symbol.dispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Presses the running fob. @throws Error in its own words when it shows no code; undefined when nothing runs there */
export async function pressRunning(address: string, minRemainingUs: number): Promise<Reading | undefined> {
  const asked = await ask(address, { want: 'press', minRemainingUs })
  asked?.socket.destroy()
  return asked !== undefined && 'reading' in asked.answer ? asked.answer.reading : undefined
}

/** How the running fob is; 'silent' when its process does not say, undefined when nothing runs there. */
export async function statusOfRunning(address: string): Promise<RunningStatus | 'silent' | undefined> {
  const socket = await reach(address)
  if (socket === undefined) return undefined
  // One of another version may not know the question.
  const answer = await answerOn(socket, { want: 'status' }).catch(() => undefined)
  socket.destroy()
  return answer !== undefined && 'status' in answer ? answer.status : 'silent'
}

/** A serial line to the running fob, or undefined when nothing runs there. */
export async function wireToRunning(address: string): Promise<ByteChannel | undefined> {
  const asked = await ask(address, { want: 'wire' })
  return asked === undefined ? undefined : streamChannel(asked.socket)
}

async function serve(socket: Socket, line: string | undefined, fob: RunningFob): Promise<void> {
  if (line === undefined) return
  const reply = (answer: Answer) => socket.write(`${JSON.stringify(answer)}\n`)
  try {
    // The other end is this file, perhaps of another version: the folder of the socket is closed to other users.
    const request = JSON.parse(line) as Request
    if (request.want === 'wire') {
      reply({ status: fob.status() })
      return fob.connect(streamChannel(socket))
    }
    // Nobody would read the code, and an HOTP fob has it once.
    if (socket.destroyed) return
    if (request.want === 'press') reply({ reading: await fob.press(request) })
    else if (request.want === 'status') reply({ status: fob.status() })
    else throw new Error('there is nothing but press, status and wire')
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : String(error) })
  }
  socket.end()
}

async function ask(address: string, request: Request): Promise<{ answer: Answer; socket: Socket } | undefined> {
  const socket = await reach(address)
  const answer = socket && (await answerOn(socket, request))
  return answer && { answer, socket }
}

async function answerOn(socket: Socket, request: Request): Promise<Exclude<Answer, { error: string }> | undefined> {
  socket.write(`${JSON.stringify(request)}\n`)
  const patienceUs = answersWithinUs + ('minRemainingUs' in request ? request.minRemainingUs : 0)
  const alarm = systemClock.setAlarm(systemClock.nowUs() + patienceUs, () => socket.destroy())
  const line = await firstLine(socket)
  alarm.clear()
  if (line === undefined) return undefined
  const answer = JSON.parse(line) as Answer
  if (!('error' in answer)) return answer
  socket.destroy()
  throw new Error(answer.error)
}

async function reach(address: string): Promise<Socket | undefined> {
  const socket = connect(address)
  socket.on('error', () => socket.destroy())
  return new Promise(resolve => {
    socket.once('connect', () => resolve(socket))
    socket.once('close', () => resolve(undefined))
  })
}

/** Reads up to the first newline, and leaves what follows in the stream for whoever reads it next. */
function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise(resolve => {
    let text = ''
    const finish = (line: string | undefined) => {
      socket.off('readable', take)
      socket.off('close', gone)
      resolve(line)
    }
    const gone = () => finish(undefined)
    const take = () => {
      for (let byte: Buffer | null = socket.read(1); byte !== null; byte = socket.read(1)) {
        if (byte[0] === newline) return finish(text)
        text += byte.toString('latin1')
        if (text.length > longestLine) return socket.destroy()
      }
    }
    socket.on('readable', take)
    socket.on('close', gone)
  })
}
