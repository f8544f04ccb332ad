import { expect, test } from 'vitest'
import { connectSerial } from '../../../host/transport/serial.ts'

test('a path that is gone gives one line that says what to do', async () => {
  await expect(connectSerial('/dev/no-such-fob')).rejects.toMatchObject({
    name: 'LineError',
    code: 'not-found',
    message: 'there is no /dev/no-such-fob: plug the fob in, and look up its path again',
  })
})

test('a path that is no serial port gives one line', async () => {
  await expect(connectSerial(import.meta.filename)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining(`${import.meta.filename} can't be opened as a serial port: `),
  })
})
