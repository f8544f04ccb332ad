/** The user's drawer, as commands open it. */

import { Drawer } from '../../firmware-sim/drawer/drawer.ts'
import { systemEntropy } from '../../protocol/time/entropy.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import { didYouMean } from './did-you-mean.ts'
import { keyFor } from './key-file.ts'
import type { Paths } from './surroundings.ts'

export function openDrawer(paths: Paths): Drawer {
  return new Drawer({
    folder: paths.drawer,
    key: keyFor('fobs', paths),
    clock: systemClock,
    entropy: systemEntropy,
  })
}

/** @throws Error that names the nearest fob, or says how to make the first */
export function checkKnown(drawer: Drawer, name: string): void {
  if (drawer.has(name)) return
  const names = drawer.names()
  const cure =
    names.length === 0
      ? `: make it with softfob new ${name}`
      : didYouMean(name, names) || '; softfob list shows those there are'
  throw new Error(`there is no fob ${name}${cure}`)
}
