/** Which /dev/hidraw node the kernel has given a fob: by its serial number in sysfs (HID_UNIQ), which every path of it bears. */

import { readdirSync, readFileSync } from 'node:fs'
import { type Clock, passTime } from '../../protocol/time/clock.ts'

const folder = '/sys/class/hidraw'
/** The kernel makes the node a little later than the device, and does not say when. */
const looks = 40
const pauseUs = 50_000

/** @returns undefined when none has appeared within two seconds */
export async function hidrawPath(serialNumber: string, clock: Clock): Promise<string | undefined> {
  for (let look = 0; look < looks; look++) {
    const path = find(serialNumber)
    if (path !== undefined) return path
    await passTime(clock, pauseUs)
  }
  return undefined
}

function find(serialNumber: string): string | undefined {
  try {
    const name = readdirSync(folder).find(node => {
      const uevent = readFileSync(`${folder}/${node}/device/uevent`, 'utf8')
      return uevent.split('\n').includes(`HID_UNIQ=${serialNumber}`)
    })
    return name && `/dev/${name}`
  } catch {
    // No such class yet, or a node that has just gone.
    return undefined
  }
}
