import { expect, test } from 'vitest'
import { tcpPort } from '../../../firmware-sim/transport/tcp.ts'
import { connectTcp } from '../../../host/transport/tcp.ts'

test('where nobody listens, one line says so', async () => {
  const { port, close } = await tcpPort()
  close()
  await expect(connectTcp({ port })).rejects.toMatchObject({
    name: 'LineError',
    code: 'not-found',
    message: `no fob answers at 127.0.0.1:${port}: plug it in there first`,
  })
})

test('connecting can be canceled', async () => {
  const port = await tcpPort()
  await expect(connectTcp(port, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'canceled' })
  port.close()
})
