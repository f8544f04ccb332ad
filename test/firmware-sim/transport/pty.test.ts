import { expect, test } from 'vitest'
import { type PtyPort, ptyPort } from '../../../firmware-sim/transport/pty.ts'
import { connectSerial } from '../../../host/transport/serial.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { maxUnreadLength } from '../../../protocol/framing/stream-channel.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { runByteChannelContract } from '../../contract/byte-channel-contract.ts'
import { closed, collect } from '../../contract/cable-ends.ts'
import { tier } from '../../tier.ts'

const lacking = process.platform === 'win32' ? 'pseudo-terminals: Windows has none' : undefined

tier('PTY', lacking, () => {
  runByteChannelContract('a PTY', {
    async connect() {
      const port = await ptyPort()
      return { fob: channelOf(port), host: await connectSerial(port.path), close: () => port.close() }
    },
    tellsHostClose: false,
  })

  test('a host may close and another open: the line stays', async () => {
    const port = await ptyPort()
    const fob = channelOf(port)
    fob.onData(bytes => fob.write(bytes))
    for (const byte of [1, 2, 3]) {
      const host = await connectSerial(port.path)
      expect(await collect(host, 1, () => host.write(Uint8Array.of(byte)))).toEqual(Uint8Array.of(byte))
      host.close()
      await closed(host)
    }
    port.close()
  })

  test('what nobody reads is thrown away and counted, and never stops the process', async () => {
    const port = await ptyPort()
    const fob = channelOf(port)
    for (let count = 0; count < 8; count++) fob.write(new Uint8Array(maxUnreadLength / 4))
    expect(port.dropped).toBeGreaterThanOrEqual(maxUnreadLength)
    const host = await connectSerial(port.path)
    expect(await collect(host, 1)).toHaveLength(1)
    host.close()
    port.close()
  })

  test('what nobody has read for a second is thrown away, and the line goes on', async () => {
    const clock = new VirtualClock()
    const port = await ptyPort({ clock })
    const fob = channelOf(port)
    fob.write(new Uint8Array(maxUnreadLength))
    await clock.runFor({ milliseconds: 990 })
    expect(port.dropped).toBe(0)
    // The kernel may have taken some more meanwhile, and the second counts from then.
    await clock.runFor({ seconds: 3 })
    expect(port.dropped).toBeGreaterThan(maxUnreadLength / 2)
    // Opening discards what the kernel still holds for a host that has gone.
    const host = await connectSerial(port.path)
    expect(await collect(host, 3, () => fob.write(Uint8Array.of(1, 2, 3)))).toEqual(Uint8Array.of(1, 2, 3))
    host.close()
    port.close()
  })

  test('a second program is told that the port is in use', async () => {
    const port = await ptyPort()
    const host = await connectSerial(port.path)
    await expect(connectSerial(port.path)).rejects.toMatchObject({
      code: 'taken',
      message: `${port.path} is in use: close the other program that has it open`,
    })
    host.close()
    port.close()
  })

  test('an unplugged PTY has no path any more', async () => {
    const port = await ptyPort()
    const end = closed(channelOf(port))
    port.close()
    await end
    await expect(connectSerial(port.path)).rejects.toMatchObject({ code: 'not-found' })
  })
})

function channelOf(port: PtyPort): ByteChannel {
  const channels: ByteChannel[] = []
  port.onConnect(channel => channels.push(channel))
  const [channel] = channels
  if (channel === undefined) throw new Error('a PTY has its channel from the start')
  return channel
}
