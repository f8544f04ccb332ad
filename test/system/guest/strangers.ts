/** In the guest: what programs live through that know no more of a fob than what protocol/README.md says of HID. */

import { join } from 'node:path'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { type Outcome, type Running, start } from './program.ts'

export interface Story {
  readonly shown: string
  /** One program, alone. */
  readonly alone: Outcome
  /** Two at once, for one press. */
  readonly shownToOne: string
  readonly two: readonly Outcome[]
  /** One that waits for a press when the fob is pulled out. */
  readonly left: Outcome
}

/** @param path of the fob's device file */
export async function meetStrangers(fob: Fob, path: string, unplug: () => void): Promise<Story> {
  const alone = await waiting(path)
  const shown = await fob.press()
  const outcome = await alone.ends
  const two = await Promise.all([waiting(path), waiting(path)])
  const shownToOne = await fob.press()
  const outcomes = await Promise.all(two.map(({ ends }) => ends))
  const left = await waiting(path)
  unplug()
  return { shown, alone: outcome, shownToOne, two: outcomes, left: await left.ends }
}

/** A program that waits for a press, or has said why it does not. */
export async function waiting(path: string): Promise<Running> {
  const stranger = start('python3', join(import.meta.dirname, 'press-hid.py'), path)
  await stranger.complains
  return stranger
}
