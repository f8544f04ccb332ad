import { test } from 'vitest'
import { missing, tier } from '../../tier.ts'
import { expectNothingLeftOver } from './left-over.ts'
import { guestLacks } from './run-in-guest.ts'

tier('a fob that is put in and pulled out a thousand times', guestLacks(), () => {
  test('over uhid, while a program reads it, leaves nothing behind', async () => {
    await expectNothingLeftOver('uhid', 100, 1000, 200_000)
  })
})

tier('a fob that is attached and detached for a minute', guestLacks() ?? missing('usbip'), () => {
  test('over USB/IP, while the kernel waits for its reports, leaves nothing behind', async () => {
    await expectNothingLeftOver('usbip', 20, 80, 400_000)
  })
})
