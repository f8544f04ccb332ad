/** What fobs are plugged into this machine, as HID devices and as serial ports with the fob's USB ids, and news of it. */

import type { LineError } from '../protocol/framing/line-error.ts'
import type { Clock } from '../protocol/time/clock.ts'
import { systemClock } from '../protocol/time/system-clock.ts'
import { type DeviceSources, type FoundFob, systemSources } from './device-sources.ts'

export interface Found {
  readonly fobs: readonly FoundFob[]
  /** Why HID devices, or serial ports, could not be looked at. */
  readonly errors: readonly LineError[]
}

export interface News {
  readonly change: 'attached' | 'detached'
  readonly fob: FoundFob
}

export interface FollowOptions {
  /** Ends it; by itself it never ends. */
  readonly signal?: AbortSignal
  /** Told once of each kind that can't be looked at. */
  readonly onError?: (error: LineError) => void
  readonly sources?: DeviceSources
  /** Counts the quiet after a change. */
  readonly clock?: Clock
}

/** A device is there for a program in several steps, and what is plugged in at once comes one after the other. */
const settleUs = 100_000

/** Fobs that are plugged in at the moment. Never throws: what can't be looked at is told beside them. */
export async function listFobs(sources: DeviceSources = systemSources): Promise<Found> {
  const looks = await Promise.allSettled([sources.hid(), sources.serial()])
  return {
    fobs: looks.flatMap(look => (look.status === 'fulfilled' ? look.value : [])),
    errors: looks.flatMap(look => (look.status === 'rejected' ? [look.reason] : [])),
  }
}

/**
 * Tells of the fobs that are there, as attached, and from then on of each that comes or goes, within a second. Linux, and
 * the USB of every system, tell us of changes; elsewhere than on Linux it also looks every two seconds by itself.
 */
export async function* followFobs(options: FollowOptions = {}): AsyncGenerator<News, void> {
  const { signal, onError, sources = systemSources, clock = systemClock } = options
  const changes = new Changes(clock)
  const stop = await sources.watch(() => changes.note())
  const end = () => changes.end()
  signal?.addEventListener('abort', end)
  try {
    const told = new Set<string>()
    let known: readonly FoundFob[] = []
    while (!signal?.aborted) {
      const { fobs, errors } = await listFobs(sources)
      for (const error of errors) if (!told.has(error.message)) onError?.(error)
      for (const { message } of errors) told.add(message)
      yield* newsBetween(known, fobs)
      known = fobs
      await changes.settled()
    }
  } finally {
    signal?.removeEventListener('abort', end)
    changes.end()
    stop()
  }
}

/** What has happened from one listing to the next: what has gone first, for another may be in its place. */
export function newsBetween(before: readonly FoundFob[], after: readonly FoundFob[]): News[] {
  const missing = (from: readonly FoundFob[], others: readonly FoundFob[]) =>
    from.filter(fob => !others.some(other => isSame(fob, other)))
  return [
    ...missing(before, after).map(fob => ({ change: 'detached', fob }) as const),
    ...missing(after, before).map(fob => ({ change: 'attached', fob }) as const),
  ]
}

function isSame(one: FoundFob, other: FoundFob): boolean {
  return one.kind === other.kind && one.path === other.path && one.serialNumber === other.serialNumber
}

/** Many changes that come together as one. What changes while nobody waits is not lost. */
class Changes {
  readonly #clock: Clock
  #next = Promise.withResolvers<void>()
  #alarm: { clear(): void } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(): void {
    this.#alarm ??= this.#clock.setAlarm(this.#clock.nowUs() + settleUs, () => {
      this.#alarm = undefined
      this.#next.resolve()
    })
  }

  end(): void {
    this.#alarm?.clear()
    this.#next.resolve()
  }

  async settled(): Promise<void> {
    await this.#next.promise
    this.#next = Promise.withResolvers()
  }
}
