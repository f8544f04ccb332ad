/** Why a press has shown no code. */

const sentences = {
  blank: 'this fob has no seed yet: personalise it, or make one that is born with a seed',
  erased: 'this fob was tampered with and its seed is gone: make a new one',
  'storage-failed': 'this fob shows Err 1: its counter could not be written, so no code was given',
  'power-lost': 'this fob lost power in the middle of a write, so no code was shown: press again',
  ignored: 'this fob took no notice, because its contact was still bouncing: press again',
  'too-pale': 'nothing can be read off this LCD: the cell is flat, so replace the battery',
} as const

export type PressFailure = keyof typeof sentences

export class PressError extends Error {
  readonly code: PressFailure

  constructor(code: PressFailure, cause?: unknown) {
    const detail = cause instanceof Error && code === 'storage-failed' ? ` (${cause.message})` : ''
    super(sentences[code] + detail, { cause })
    this.name = 'PressError'
    this.code = code
  }
}
