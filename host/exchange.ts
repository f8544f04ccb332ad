/** One request until its answer: sent again while nothing comes, given up on wish, on silence or with the line. */

import type { Failure, Progress, Response } from '../protocol/messages/codec.ts'
import type { Clock } from '../protocol/time/clock.ts'
import { secondUs } from '../protocol/time/duration.ts'
import { FobError } from './fob-error.ts'

const resendAfterUs = secondUs
const maxResends = 3

export interface ExchangeOptions {
  readonly clock: Clock
  /** Puts the request on the line, the same bytes each time: the fob then answers again and does not obey again. */
  readonly send: () => void
  /** Tells the fob that nobody waits any more. */
  readonly cancel: () => void
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress['body']) => void) | undefined
}

export class Exchange {
  readonly #options: ExchangeOptions
  readonly #outcome = Promise.withResolvers<Response>()
  #alarm: { clear(): void } | undefined

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** @throws FobError */
  async run(): Promise<Response> {
    const { signal } = this.#options
    const abort = () => this.giveUp(new FobError('canceled', { cause: signal?.reason }))
    signal?.addEventListener('abort', abort)
    this.#send(maxResends)
    try {
      return await this.#outcome.promise
    } finally {
      this.#alarm?.clear()
      signal?.removeEventListener('abort', abort)
    }
  }

  take(message: Response | Failure | Progress): void {
    if (message.type === 'response') this.#outcome.resolve(message)
    else if (message.type === 'failure') this.fail(new FobError('failed', message.body))
    else {
      // The fob has the request and waits for a person, who may take as long as they like.
      this.#alarm?.clear()
      this.#options.onProgress?.(message.body)
    }
  }

  fail(error: Error): void {
    this.#outcome.reject(error)
  }

  giveUp(error: FobError): void {
    this.#options.cancel()
    this.fail(error)
  }

  #send(resends: number): void {
    const { clock, send } = this.#options
    // First, for the answer may come while the request is still being sent.
    this.#alarm = clock.setAlarm(clock.nowUs() + resendAfterUs, () => {
      if (resends === 0) this.giveUp(new FobError('timeout'))
      else this.#send(resends - 1)
    })
    send()
  }
}
