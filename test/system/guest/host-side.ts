/** In the guest: a fob on uhid, as the host's commands meet it. Tells what has happened as a line of JSON. */

import { devicesAsync } from 'node-hid'
import { start } from './program.ts'
import { program, softfob, staying } from './softfob.ts'

const serialNumber = 'GAHT12345678'
process.env.SOFTFOB_HOME = '/run/softfob'

await softfob('new', 'alice', '--hotp', '--serial', serialNumber)
const follower = staying('list', '--follow', '--json')
const running = staying('run', 'alice', '--on', 'uhid', '--press', 'auto')
const [{ path }] = JSON.parse(await running.line()).on
const attached = JSON.parse(await follower.line())
const enumerated = (await devicesAsync()).map(device => ({ path: device.path, serialNumber: device.serialNumber }))
const listed = await softfob('list', '--json')
const pressed = await softfob('press', '--device', serialNumber)
const pressedByPath = await softfob('press', '--device', path, '--json')
const registered = await softfob('register', '--device', serialNumber, '--user', 'alice', '--json')
const denied = await start('setpriv', '--reuid=65534', process.execPath, program, 'press', '--device', path).ends
await running.end()
const detached = JSON.parse(await follower.line())
const followed = await follower.end()
const gone = await softfob('press', '--device', serialNumber)
console.log(
  JSON.stringify({
    path,
    attached,
    enumerated,
    listed,
    pressed,
    pressedByPath,
    registered,
    denied,
    detached,
    followed,
    gone,
  }),
)
