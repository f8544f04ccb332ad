/** softfob resync: two consecutive codes tell the service where a fob's clock or counter is now. */

import { readTwoCodes } from '../../registration/two-codes.ts'
import { chosenFob, deviceOption } from '../chosen-fob.ts'
import { command, exitCodes, UsageError } from '../command.ts'
import { openService } from '../service.ts'
import { atTerminal } from '../two-codes.ts'

export const resync = command({
  summary: 'Resynchronises a user’s fob with two consecutive codes, after its clock was set or too many wrong codes.',
  examples: ['resync alice --user alice', 'resync --device GAHT12345678 --user alice'],
  positionals: ['NAME?'],
  options: {
    user: { type: 'string', value: 'U', help: 'whose it is' },
    store: { type: 'string', value: 'FILE', help: 'the store of the service ($SOFTFOB_HOME/store.db)' },
    ...deviceOption,
  },
  async run(call) {
    const { values, paths, json, print } = call
    const fob = chosenFob('resync', call)
    const userName = values.user
    if (userName === undefined) throw new UsageError(`whose is it? softfob resync ${fob.typed} --user alice`)
    await using cable = await fob.connect()
    await using open = await openService(paths, values.store)
    const serialNumber = await cable.client.readSerialNumber()
    const codes = await readTwoCodes(cable.client, atTerminal(cable, fob.name, call))
    const outcome = await open.service.resyncMfaDevice({ userName, serialNumber, ...codes })
    print(json ? JSON.stringify(outcome) : outcome.explanation)
    return outcome.result === 'accepted' ? exitCodes.done : exitCodes.rejected
  },
})
