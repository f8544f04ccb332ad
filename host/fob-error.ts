/** How talking to a fob may end without an answer; the message is one line that says what to do. */

import type { FailureReason } from '../protocol/messages/table.ts'

export type FobErrorCode =
  /** The caller's signal aborted. */
  | 'canceled'
  /** The line closed, at either end. */
  | 'disconnected'
  /** No answer, though asked four times. */
  | 'timeout'
  /** The fob said no; `reason` tells why. */
  | 'failed'

const advice: Record<Exclude<FobErrorCode, 'failed'>, string> = {
  canceled: 'canceled before the fob answered',
  disconnected: 'the fob is not connected any more: plug it in and connect again',
  timeout: 'the fob does not answer: see that it is plugged in, and that no other program is talking to it',
}

const refusals: Record<FailureReason, string> = {
  malformed: 'the fob could not read the request: use the same version of the protocol at both ends',
  'unknown-command': 'the fob does not know this command: it may be an older one',
  'unsupported-version': 'the fob speaks another version of the protocol: update the older end',
  busy: 'the fob waits for a press already, on behalf of another request: press it, or cancel that one',
  canceled: 'the fob was told to stop waiting: ask again',
  'not-personalised': 'the fob holds no seed: personalise it first',
  'storage-failed': 'the fob could not write its counter and gave no code: press again, or replace it',
  'battery-flat': "the fob's battery is flat: replace the battery or the fob",
}

export class FobError extends Error {
  readonly code: FobErrorCode
  /** Why, when the code is 'failed'. */
  readonly reason: FailureReason | undefined

  constructor(code: Exclude<FobErrorCode, 'failed'>, options?: ErrorOptions)
  constructor(
    code: 'failed',
    options: ErrorOptions & { readonly reason: FailureReason; readonly detail?: string | undefined },
  )
  constructor(
    code: FobErrorCode,
    options: ErrorOptions & { reason?: FailureReason; detail?: string | undefined } = {},
  ) {
    const { reason, detail } = options
    const message = code === 'failed' ? refusals[reason ?? 'malformed'] : advice[code]
    super(detail === undefined ? message : `${message} (${detail})`, options)
    this.name = 'FobError'
    this.code = code
    this.reason = reason
  }
}
