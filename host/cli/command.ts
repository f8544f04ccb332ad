/** What a command of softfob is: its help, its options and what it does, declared in one place. */

import type { ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Surroundings } from './surroundings.ts'

/** Documented exit codes. */
export const exitCodes = { done: 0, failed: 1, usage: 2, rejected: 3, interrupted: 130 } as const

/** parseArgs's own declaration of an option, with the words for its help. */
export type Options = {
  readonly [name: string]: ParseArgsOptionsConfig[string] & { readonly value?: string; readonly help: string }
}

type ValuesOf<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values']

export interface Call<O extends Options> extends Surroundings {
  readonly values: ValuesOf<O>
  readonly positionals: readonly string[]
  /** One JSON document on stdout is wanted. */
  readonly json: boolean
}

export interface Command<O extends Options = Options> {
  readonly summary: string
  /** Without `softfob`; the first is the one that most people want. */
  readonly examples: readonly string[]
  /** Names of the arguments in order; a trailing `?` for one that may be left out. */
  readonly positionals: readonly string[]
  readonly options: O
  /** @returns an exit code, 0 when nothing is returned */
  run(call: Call<O>): Promise<number | undefined>
}

/** What is common to all commands. */
export const commonOptions = {
  json: { type: 'boolean', help: 'one JSON document on stdout' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} as const satisfies Options

export function command<const O extends Options>(spec: Command<O>): Command<O> {
  return spec
}

/** The person's mistake: what is wrong and what to do, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
