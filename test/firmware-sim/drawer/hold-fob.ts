/** A process that takes a fob from a drawer, says whether it has it, and puts it back when its input ends: FOLDER NAME. */

import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { Drawer } from '../../../firmware-sim/drawer/drawer.ts'
import { DrawerError } from '../../../firmware-sim/drawer/drawer-error.ts'
import { systemEntropy } from '../../../protocol/time/entropy.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const key = createSecretKey(Buffer.alloc(32, 1))
try {
  const hand = new Drawer({ folder, key, clock: systemClock, entropy: systemEntropy }).take(name)
  console.log('held')
  process.stdin.resume()
  await once(process.stdin, 'end')
  await hand.putBack()
} catch (error) {
  if (!(error instanceof DrawerError)) throw error
  console.log(error.code)
}
