/** softfob list: the fobs in the drawer, which of them run, and whose they are. */

import { isRunning } from '../../../firmware-sim/drawer/control.ts'
import { controlAddress } from '../../../firmware-sim/drawer/control-address.ts'
import { command, exitCodes } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { openExistingService } from '../service.ts'

export const list = command({
  summary: 'Lists the fobs in the drawer: name, serial number, kind, whether it runs, whose it is.',
  examples: ['list', 'list --json'],
  positionals: [],
  options: {
    store: { type: 'string', value: 'FILE', help: 'the store that knows whose they are ($SOFTFOB_HOME/store.db)' },
  },
  async run({ values, paths, json, print, say }) {
    const drawer = openDrawer(paths)
    await using open = await openExistingService(paths, values.store)
    const { fobs, errors } = drawer.list()
    const rows = await Promise.all(
      fobs.map(async ({ name, serialNumber, kind }) => {
        const userName = (await open?.service.getMfaDevice(serialNumber))?.userName
        const running = await isRunning(controlAddress(drawer.folder, name))
        return { name, serialNumber, kind, running, ...(userName !== undefined && { userName }) }
      }),
    )
    if (json) print(JSON.stringify({ fobs: rows, errors: errors.map(({ message }) => message) }))
    else
      for (const { name, serialNumber, kind, running, userName } of rows) {
        const notes = [running && 'running', userName !== undefined && `enabled for ${userName}`]
          .filter(Boolean)
          .join(', ')
        print(`${name.padEnd(16)} ${serialNumber.padEnd(14)} ${kind}  ${notes}`.trimEnd())
      }
    if (rows.length === 0 && !json) say('no fobs yet: softfob new NAME makes one')
    for (const { message } of errors) say(message)
    return errors.length === 0 ? exitCodes.done : exitCodes.failed
  },
})
