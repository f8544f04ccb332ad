/** In the guest: the device files that the kernel makes for a fob. */

import { once } from 'node:events'
import { readdirSync, readFileSync, watch } from 'node:fs'

/** Waits until the fob with this serial number has so many, such as /dev/hidraw0. */
export async function hidrawFiles(serialNumber: string, count: number): Promise<string[]> {
  const changes = watch('/dev')
  try {
    for (;;) {
      const names = readdirSync('/dev').filter(name => belongsTo(serialNumber, name))
      if (names.length === count) return names.map(name => `/dev/${name}`)
      await once(changes, 'change')
    }
  } finally {
    changes.close()
  }
}

function belongsTo(serialNumber: string, name: string): boolean {
  if (!name.startsWith('hidraw')) return false
  try {
    return readFileSync(`/sys/class/hidraw/${name}/device/uevent`, 'utf8').includes(`\nHID_UNIQ=${serialNumber}\n`)
  } catch {
    // It is going, and /dev will change next.
    return false
  }
}
