/** softfob press: a code off a fob that is plugged in, whoever presses it. */

import { deviceOption } from '../chosen-fob.ts'
import { command, UsageError } from '../command.ts'
import { connectToDevice } from '../device-cable.ts'

export const press = command({
  summary: 'Asks a fob that is plugged in for a code, waits until somebody presses its button, and prints the code.',
  examples: ['press --device GAHT12345678', 'press --device /dev/hidraw0 --json'],
  positionals: [],
  options: deviceOption,
  async run({ values: { device }, json, print, say, interruption }) {
    if (device === undefined)
      throw new UsageError(
        'which fob? softfob press --device GAHT12345678; softfob list shows those that are plugged in',
      )
    const signal = interruption()
    await using cable = await connectToDevice(device, signal)
    const serialNumber = await cable.client.readSerialNumber({ signal })
    const reading = await cable.client.getCode({
      signal,
      onProgress: () => say(`press the button of ${serialNumber}`),
    })
    print(json ? JSON.stringify({ serialNumber, ...reading }) : reading.code)
  },
})
