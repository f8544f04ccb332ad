import { afterEach, beforeEach, describe, vi } from 'vitest'
import { FollowingClock } from '../../../protocol/time/following-clock.ts'
import { SystemClock } from '../../../protocol/time/system-clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { runAdjustableClockContract, runClockContract } from '../../contract/clock-contract.ts'

const startUs = Date.UTC(2026, 0, 1) * 1000

const virtual = () => new VirtualClock(startUs)
const followingVirtual = () => new FollowingClock(virtual())

runClockContract('the virtual clock', () => {
  const clock = virtual()
  return { clock, pass: us => clock.runFor({ microseconds: us }) }
})
runAdjustableClockContract('the virtual clock', virtual)

runClockContract('a following clock that a tester moves', () => {
  const clock = followingVirtual()
  return { clock, pass: us => clock.runFor({ microseconds: us }) }
})
runClockContract('a following clock whose leader moves', () => {
  const leader = virtual()
  return { clock: new FollowingClock(leader), pass: us => leader.runFor({ microseconds: us }) }
})
runAdjustableClockContract('a following clock', followingVirtual)

describe('in faked machine time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: startUs / 1000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const pass = async (us: number) => {
    await vi.advanceTimersByTimeAsync(us / 1000)
  }

  runClockContract('the system clock', () => ({ clock: new SystemClock(), pass }))
  runClockContract('a following clock over the system clock', () => ({
    clock: new FollowingClock(new SystemClock()),
    pass,
  }))
  runAdjustableClockContract('a following clock over the system clock', () => new FollowingClock(new SystemClock()))
})
