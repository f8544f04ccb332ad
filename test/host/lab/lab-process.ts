/**
 * A process with a lab, and a fob of it on every kind of line: `lab-process.ts disposed|left`.
 * Prints, as a JSON array, what still keeps a process alive after the lab has been disposed of, or not.
 */

import { memoryPort } from '../../../firmware-sim/transport/memory.ts'
import { ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { createLab } from '../../../host/lab/lab.ts'
import { FollowingClock } from '../../../protocol/time/following-clock.ts'
import { settled } from '../../../protocol/time/settled.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'

const lab = await createLab({ clock: new FollowingClock(systemClock) })
const alice = await lab.addUser('alice')
const fob = await lab.addFob()
await alice.register(fob)
for (const port of [memoryPort(), await tcpPort(), ...(process.platform === 'win32' ? [] : [await ptyPort()])]) {
  fob.plug(port)
}
// Its display stays lit for seconds of real time.
await fob.press()

if (process.argv[2] === 'disposed') await lab[Symbol.asyncDispose]()
// Handles are closed in the turn after the one that closes them.
await settled()
await settled()
process.stdout.write(JSON.stringify(process.getActiveResourcesInfo()), () => {
  if (process.argv[2] !== 'disposed') process.exit()
})
