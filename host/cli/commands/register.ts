/** softfob register: reads a fob's serial number and two consecutive codes, and enables it for a user. */

import { registerFob } from '../../registration/register-fob.ts'
import { chosenFob, deviceOption } from '../chosen-fob.ts'
import { command, exitCodes, UsageError } from '../command.ts'
import { openService } from '../service.ts'
import { atTerminal } from '../two-codes.ts'

export const register = command({
  summary: 'Enables a fob for a user: its serial number off the wire, and two consecutive codes.',
  examples: ['register alice --user alice', 'register --device GAHT12345678 --user alice'],
  positionals: ['NAME?'],
  options: {
    user: { type: 'string', value: 'U', help: 'whose it will be; a user who is unknown is made' },
    store: { type: 'string', value: 'FILE', help: 'the store of the service ($SOFTFOB_HOME/store.db)' },
    ...deviceOption,
  },
  async run(call) {
    const { values, paths, json, print, say } = call
    const fob = chosenFob('register', call)
    const userName = values.user
    if (userName === undefined) throw new UsageError(`whose shall it be? softfob register ${fob.typed} --user alice`)
    await using cable = await fob.connect()
    await using open = await openService(paths, values.store)
    if ((await open.service.createUser(userName)).result === 'created') say(`made the user ${userName}`)
    const { serialNumber, outcome } = await registerFob(cable.client, open.service, {
      userName,
      ...atTerminal(cable, fob.name, call),
    })
    print(json ? JSON.stringify({ ...outcome, serialNumber, userName }) : outcome.explanation)
    return outcome.result === 'rejected' ? exitCodes.rejected : exitCodes.done
  },
})
