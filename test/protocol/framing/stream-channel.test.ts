import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { maxUnreadLength, streamChannel } from '../../../protocol/framing/stream-channel.ts'
import { settled } from '../../../protocol/time/settled.ts'
import { closed } from '../../contract/cable-ends.ts'

function line() {
  const [near, far] = duplexPair()
  return { channel: streamChannel(near), far }
}

/** Everything that the channel has delivered so far, to one who listens from now on. */
function deliveredTo(channel: ReturnType<typeof streamChannel>): number[] {
  const delivered: number[] = []
  channel.onData(bytes => delivered.push(...bytes))
  return delivered
}

test('what came before anybody listened is delivered first, and to all who listen in the same turn', async () => {
  const { channel, far } = line()
  far.write(Uint8Array.of(1))
  far.write(Uint8Array.of(2))
  await settled()
  const heard = [deliveredTo(channel), deliveredTo(channel)]
  expect(heard).toEqual([[], []])
  far.write(Uint8Array.of(3))
  await settled()
  expect(heard).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ])
})

test('the end is told also to one who never listens, and then nothing is delivered any more', async () => {
  const { channel, far } = line()
  far.end(Uint8Array.of(1))
  await closed(channel)
  const delivered = deliveredTo(channel)
  await settled()
  expect(delivered).toEqual([])
})

test('nothing is delivered once the channel has been closed, be it by a listener', async () => {
  const { channel, far } = line()
  far.write(Uint8Array.of(1))
  await settled()
  channel.onData(() => channel.close())
  const second = deliveredTo(channel)
  await settled()
  expect(second).toEqual([])
})

test('a peer that sends without end to one who does not listen is hung up on', async () => {
  const { channel, far } = line()
  const end = closed(channel)
  far.write(new Uint8Array(maxUnreadLength))
  await settled()
  far.write(Uint8Array.of(1))
  await end
})
