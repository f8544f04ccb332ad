/** A process that takes a fob from a drawer and presses it until it is killed, a line `COUNTER CODE` each: FOLDER NAME. */

import { createSecretKey } from 'node:crypto'
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { Drawer } from '../../../firmware-sim/drawer/drawer.ts'
import { systemEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const key = createSecretKey(Buffer.alloc(32, 1))
// A process that is killed would leave nothing for the next one, which starts in half the time with it.
flushCompileCache()
// On a clock that does not make the finger wait; HOTP knows no time.
const { fob } = new Drawer({ folder, key, clock: new VirtualClock(), entropy: systemEntropy }).take(name)
for (;;) {
  const code = await fob.press()
  writeSync(1, `${fob.counter - 1} ${code}\n`)
}
