/** softfob code: one press, six digits, nothing else. */

import type { Drawer } from '../../../firmware-sim/drawer/drawer.ts'
import { DrawerError } from '../../../firmware-sim/drawer/drawer-error.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { type Reading, readCode, untilLongEnough } from '../../../firmware-sim/reading.ts'
import { passTime } from '../../../protocol/time/clock.ts'
import { formatDuration, parseDuration } from '../../../protocol/time/duration.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { command } from '../command.ts'
import { checkKnown, openDrawer } from '../drawer.ts'

/** How long a fob may be held by a command like this one before we say that it is in use. */
const patienceMs = 3000

export const code = command({
  summary: 'Presses the button once and prints the code: digits and a newline, for scripts and for mfa_process.',
  examples: ['code alice', 'code alice --min-remaining 5s'],
  positionals: ['NAME'],
  options: {
    'min-remaining': { type: 'string', value: '5s', help: 'wait for the next code if this one lives shorter' },
  },
  async run({ positionals: [name = ''], values, json, paths, print, say }) {
    const drawer = openDrawer(paths)
    checkKnown(drawer, name)
    const minRemainingUs = parseDuration(values['min-remaining'] ?? '0s')
    const onWait = (us: number) => say(`waiting ${formatDuration(us)} for the next code`)
    const reading =
      (await readAtRest(drawer, name, minRemainingUs, onWait)) ?? (await readRunning(drawer, name, minRemainingUs))
    print(json ? JSON.stringify(reading) : reading.code)
  },
})

/** The fob lies in the drawer while its next step is waited for, so that others can have it. */
async function readAtRest(
  drawer: Drawer,
  name: string,
  minRemainingUs: number,
  onWait: (us: number) => void,
): Promise<Reading | undefined> {
  const first = await withFob<number | Reading>(drawer, name, fob => {
    const waitUs = untilLongEnough(fob, systemClock, minRemainingUs)
    return waitUs > 0 ? waitUs : readCode(fob, systemClock)
  })
  if (typeof first !== 'number') return first
  onWait(first)
  await passTime(systemClock, first)
  return withFob(drawer, name, fob => readCode(fob, systemClock))
}

/** Somebody holds it: a process that runs it and can be asked, or a command as short as this one. */
async function readRunning(drawer: Drawer, name: string, minRemainingUs: number): Promise<Reading> {
  const { controlAddress } = await import('../../../firmware-sim/drawer/control-address.ts')
  const { pressRunning } = await import('../../../firmware-sim/drawer/control.ts')
  const reading = await pressRunning(controlAddress(drawer.folder, name), minRemainingUs)
  if (reading !== undefined) return reading
  const { fob, putBack } = drawer.take(name, patienceMs)
  try {
    return await readCode(fob, systemClock, { minRemainingUs })
  } finally {
    await putBack()
  }
}

/** @returns undefined when somebody else holds it */
async function withFob<Result>(
  drawer: Drawer,
  name: string,
  use: (fob: Fob) => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    const { fob, putBack } = drawer.take(name)
    try {
      return await use(fob)
    } finally {
      await putBack()
    }
  } catch (error) {
    if (error instanceof DrawerError && error.code === 'in-use') return undefined
    throw error
  }
}
