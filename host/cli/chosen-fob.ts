/** The fob that a command is about: one in the drawer by its NAME, or one that is plugged in by --device. */

import type { Cable } from './cable.ts'
import { type Options, UsageError } from './command.ts'
import type { Surroundings } from './surroundings.ts'

export const deviceOption = {
  device: { type: 'string', value: 'PATH|SERIAL', help: 'a fob that is plugged in, by its path or serial number' },
} as const satisfies Options

interface Choice extends Pick<Surroundings, 'paths' | 'interruption'> {
  readonly positionals: readonly string[]
  readonly values: { readonly device?: string | undefined }
}

export interface ChosenFob {
  readonly name: string
  /** As it stands in the command. */
  readonly typed: string
  /** Connects and greets. */
  connect(): Promise<Cable>
}

/** @param command its name, for the refusal. @throws UsageError when none is chosen, or two are */
export function chosenFob(command: string, { positionals, values, paths, interruption }: Choice): ChosenFob {
  const [name] = positionals
  const { device } = values
  if (name !== undefined && device !== undefined) throw new UsageError(`give ${name} or --device, not both`)
  if (name !== undefined) return { name, typed: name, connect: () => connectByName(name, paths) }
  if (device === undefined)
    throw new UsageError(`${command} needs NAME, or --device: softfob ${command} --help shows how`)
  const connect = async () => (await import('./device-cable.ts')).connectToDevice(device, interruption())
  return { name: device, typed: `--device ${device}`, connect }
}

async function connectByName(name: string, paths: Surroundings['paths']): Promise<Cable> {
  const [{ checkKnown, openDrawer }, { connectTo }] = await Promise.all([import('./drawer.ts'), import('./cable.ts')])
  const drawer = openDrawer(paths)
  checkKnown(drawer, name)
  return connectTo(drawer, name)
}
