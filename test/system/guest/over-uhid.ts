/** In the guest: a fob on uhid. Tells what has happened as a line of JSON. */

import { createFob } from '../../../firmware-sim/create-fob.ts'
import { uhidPort } from '../../../firmware-sim/transport/uhid.ts'
import { hidrawFiles } from './hidraw.ts'
import { kernelWarnings, run } from './program.ts'
import { meetStrangers } from './strangers.ts'

await run('dmesg', '--clear')
const serialNumber = 'GAHT12345678'
await using fob = createFob({ serialNumber, kind: 'HOTP' })
fob.plug(await uhidPort())
const [path = ''] = await hidrawFiles(serialNumber, 1)
const story = await meetStrangers(fob, path, () => fob.unplug())
await hidrawFiles(serialNumber, 0)
console.log(JSON.stringify({ path, story, warnings: await kernelWarnings() }))
