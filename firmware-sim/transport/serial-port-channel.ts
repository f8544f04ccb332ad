/** A byte channel inside a telnet connection that behaves as a serial port (RFC 2217). */

import type { ByteChannel } from '../../protocol/framing/link.ts'
import { maxUnreadLength } from '../../protocol/framing/stream-channel.ts'
import { ComPort } from './com-port.ts'
import { escapeTelnet, SB, subnegotiation, type TelnetCommand, TelnetReader } from './telnet.ts'
import { TelnetOptions } from './telnet-options.ts'

const binary = 0
const suppressGoAhead = 3
const comPortControl = 44

/** RFC 2217 §5, from the host: no more data, and more again. */
const suspend = 8
const resume = 9
/** RFC 2217 §2, what is on its way to the host; or that, and what is on its way to the fob. */
const purgeData = 12
const purgesToHost = [1, 3]

/**
 * The fob's end: data goes through, telnet is dealt with here. Eight-bit data goes both ways whether the host agrees to
 * BINARY or not: a line that turns CR into CR NUL carries no frames.
 */
export class SerialPortChannel implements ByteChannel {
  readonly #carrier: ByteChannel
  readonly #reader = new TelnetReader()
  readonly #options = new TelnetOptions([binary, suppressGoAhead, comPortControl])
  readonly #port = new ComPort()
  readonly #listeners: ((bytes: Uint8Array) => void)[] = []
  /** What waits for the host to say `resume`. */
  #held: Uint8Array[] | undefined

  constructor(carrier: ByteChannel) {
    this.#carrier = carrier
    // Port control is the host's to begin (RFC 2217): pyserial, when asked, may take it for agreement and never say WILL.
    carrier.write(this.#options.ask(binary, suppressGoAhead))
  }

  write(bytes: Uint8Array): void {
    const escaped = escapeTelnet(bytes)
    if (this.#held === undefined) this.#carrier.write(escaped)
    else this.#hold(this.#held, escaped)
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener)
    if (this.#listeners.length === 1) this.#carrier.onData(bytes => this.#receive(bytes))
  }

  onClose(listener: () => void): void {
    this.#carrier.onClose(listener)
  }

  close(): void {
    this.#carrier.close()
  }

  #receive(bytes: Uint8Array): void {
    const { data, commands } = this.#reader.push(bytes)
    for (const command of commands) this.#obey(command)
    if (data.length > 0) for (const listener of this.#listeners) listener(data)
  }

  #obey(command: TelnetCommand): void {
    const agreed = this.#options.theyUse(comPortControl)
    if (command.verb !== SB) {
      this.#carrier.write(this.#options.answer(command.verb, command.option))
      // Unasked and once, or pyserial has no modem lines to read.
      if (!agreed && this.#options.theyUse(comPortControl)) this.#tell(this.#port.notice)
      return
    }
    const [option, number = -1, ...value] = command.bytes
    if (!agreed || option !== comPortControl) return
    if (number === suspend) this.#held ??= []
    if (number === resume) this.#resume()
    if (number === purgeData && purgesToHost.includes(value[0] ?? 0)) this.#held &&= []
    const answer = this.#port.answer(number, value)
    if (answer !== undefined) this.#tell(answer)
  }

  #tell(answer: readonly number[]): void {
    this.#carrier.write(subnegotiation(comPortControl, ...answer))
  }

  #hold(held: Uint8Array[], bytes: Uint8Array): void {
    held.push(bytes)
    if (held.reduce((sum, { length }) => sum + length, 0) > maxUnreadLength) this.close()
  }

  #resume(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const bytes of held) this.#carrier.write(bytes)
  }
}
