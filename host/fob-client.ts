/** A fob as its host sees it: typed commands and news, over any link. protocol/README.md tells what is on the wire. */

import type { MessageLink } from '../protocol/framing/link.ts'
import {
  decodeMessage,
  type Event,
  encodeMessage,
  type Message,
  type Progress,
  peekHeader,
} from '../protocol/messages/codec.ts'
import { type CommandName, protocolVersion, type RequestOf, type ResponseOf } from '../protocol/messages/table.ts'
import { WireError } from '../protocol/messages/wire-error.ts'
import type { Clock } from '../protocol/time/clock.ts'
import { type Entropy, randomBelow, systemEntropy } from '../protocol/time/entropy.ts'
import { systemClock } from '../protocol/time/system-clock.ts'
import { Exchange } from './exchange.ts'
import { FobError } from './fob-error.ts'

export interface FobClientOptions {
  /** Counts the second after which a request is sent again. */
  readonly clock?: Clock
  /** Draws the first transaction number, so that no two hosts on one line use the same ones. */
  readonly entropy?: Entropy
}

export interface CommandOptions {
  /** Gives the command up: the fob is told, and the promise is rejected with 'canceled'. */
  readonly signal?: AbortSignal
}

export interface GetCodeOptions extends CommandOptions {
  /** Called when the fob begins to wait for its button. */
  readonly onProgress?: (progress: Progress['body']) => void
}

const maxTxid = 0xffff

/**
 * Commands may overlap. Each is rejected with a FobError: 'canceled', 'disconnected', 'timeout' (no answer to four
 * requests, a second apart) or 'failed' with the fob's reason; with a WireError when the answer is malformed.
 */
export class FobClient {
  readonly #link: MessageLink
  readonly #clock: Clock
  readonly #exchanges = new Map<number, Exchange>()
  readonly #listeners = new Set<(event: Event) => void>()
  #lastTxid: number
  #greeted = false
  #connected = true

  constructor(link: MessageLink, { clock = systemClock, entropy = systemEntropy }: FobClientOptions = {}) {
    this.#link = link
    this.#clock = clock
    this.#lastTxid = randomBelow(entropy, maxTxid) + 1
    link.onMessage(bytes => this.#receive(bytes))
    link.onClose(() => {
      this.#connected = false
      for (const exchange of this.#exchanges.values()) exchange.fail(new FobError('disconnected'))
    })
  }

  /** Greets the fob; comes before every other command. @returns its product name and firmware version */
  async hello(options?: CommandOptions): Promise<ResponseOf<'hello'>> {
    const greeting = await this.#ask('hello', { version: protocolVersion }, options)
    this.#greeted = true
    return greeting
  }

  /** The number printed on the back. */
  async readSerialNumber(options?: CommandOptions): Promise<string> {
    this.#mustHaveGreeted()
    return (await this.#ask('readSerialNumber', {}, options)).serialNumber
  }

  async readStatus(options?: CommandOptions): Promise<ResponseOf<'readStatus'>> {
    this.#mustHaveGreeted()
    return this.#ask('readStatus', {}, options)
  }

  /** What the device's clock reads, in microseconds since the epoch. Hearsay: never a ground to accept a code. */
  async readClock(options?: CommandOptions): Promise<number> {
    this.#mustHaveGreeted()
    return (await this.#ask('readClock', {}, options)).deviceTimeUs
  }

  /** The next code, as soon as somebody presses the button: waits without end for that. */
  async getCode(options?: GetCodeOptions): Promise<ResponseOf<'getCode'>> {
    this.#mustHaveGreeted()
    return this.#ask('getCode', {}, options)
  }

  /** News that the fob tells unasked, from `hello` on. @returns a function that ends it */
  events(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Gives up what is still unanswered, and closes the line. */
  close(): void {
    for (const exchange of this.#exchanges.values()) exchange.giveUp(new FobError('disconnected'))
    this.#link.close()
  }

  async #ask<C extends CommandName>(name: C, body: RequestOf<C>, options: GetCodeOptions = {}): Promise<ResponseOf<C>> {
    const { signal, onProgress } = options
    if (signal?.aborted) throw new FobError('canceled', { cause: signal.reason })
    if (!this.#connected) throw new FobError('disconnected')
    const txid = this.#nextTxid()
    // TypeScript can't see that a name and its own body make a member of the union.
    const request = encodeMessage({ type: 'request', txid, name, body } as Message)
    const exchange = new Exchange({
      clock: this.#clock,
      send: () => this.#link.send(request),
      cancel: () => this.#link.send(encodeMessage({ type: 'cancel', txid, name, body: {} })),
      signal,
      onProgress,
    })
    this.#exchanges.set(txid, exchange)
    try {
      const response = await exchange.run()
      if (response.name !== name) throw new WireError('unknown-opcode', 3, name, `is answered by ${response.name}`)
      // The response has this name, and the codec has checked its body by it.
      return response.body as ResponseOf<C>
    } finally {
      this.#exchanges.delete(txid)
    }
  }

  #receive(bytes: Uint8Array): void {
    const exchange = this.#exchanges.get(peekHeader(bytes)?.txid ?? 0)
    try {
      this.#take(decodeMessage(bytes), exchange)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      exchange?.fail(error)
    }
  }

  #take(message: Message, exchange: Exchange | undefined): void {
    if (message.type === 'event') for (const listener of this.#listeners) listener(message)
    else if (message.type !== 'request' && message.type !== 'cancel') exchange?.take(message)
  }

  /** 1 to 65535, round and round; 0 is for events. */
  #nextTxid(): number {
    do this.#lastTxid = (this.#lastTxid % maxTxid) + 1
    while (this.#exchanges.has(this.#lastTxid))
    return this.#lastTxid
  }

  #mustHaveGreeted(): void {
    if (!this.#greeted) throw new TypeError('greet the fob first: await client.hello()')
  }
}
