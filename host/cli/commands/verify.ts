/** softfob verify: is this the code of this user's fob, now, for the first time? */

import { command, exitCodes, UsageError } from '../command.ts'
import { openExistingService } from '../service.ts'

export const verify = command({
  summary: 'Verifies a code of a user: accepted (exit 0) or refused (exit 3), and why.',
  examples: ['verify --user alice 492039', 'verify --user alice $(softfob code alice)'],
  positionals: ['CODE'],
  options: {
    user: { type: 'string', value: 'U', help: 'whose code it is' },
    serial: { type: 'string', value: 'SN', help: 'of which device; by default any of the user’s' },
    store: { type: 'string', value: 'FILE', help: 'the store of the service ($SOFTFOB_HOME/store.db)' },
  },
  async run({ positionals: [code = ''], values, paths, json, print }) {
    const { user: userName, serial: serialNumber } = values
    if (userName === undefined) throw new UsageError(`whose code is it? softfob verify --user alice ${code}`)
    await using open = await openExistingService(paths, values.store)
    if (open === undefined)
      throw new Error(`there is no store yet: softfob new NAME, then softfob register NAME --user ${userName}`)
    const outcome = await open.service.verify({ userName, code, ...(serialNumber !== undefined && { serialNumber }) })
    print(json ? JSON.stringify(outcome) : outcome.explanation)
    return outcome.result === 'accepted' ? exitCodes.done : exitCodes.rejected
  },
})
