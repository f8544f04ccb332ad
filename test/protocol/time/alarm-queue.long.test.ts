import { test } from 'vitest'
import { expectQueueToFollowList } from './alarm-queue-model.ts'

test('it rings what a sorted list would ring, in a hundred thousand histories', () => {
  expectQueueToFollowList(100_000)
})
