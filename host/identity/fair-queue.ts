/**
 * A line for each device, in which its codes wait to be looked at one after the other.
 * Sources take turns, so that one with many codes is no longer in the way of another than for one of them.
 */

type Job = { readonly run: () => Promise<void>; readonly drop: () => void }

/** By source; the first one's turn is next. */
type Line = Map<string, Job[]>

/** Codes that may wait for one device. */
const defaultDepth = 32

export class FairQueue {
  readonly #lines = new Map<string, Line>()
  readonly #depth: number

  constructor(depth: number = defaultDepth) {
    this.#depth = depth
  }

  /**
   * Runs a task when all before it in the line of `key` have ended.
   * A full line drops the latest task of the source that has most in it, or else this one.
   * @returns undefined when the task was dropped
   */
  run<Result>(key: string, source: string, task: () => Promise<Result>): Promise<Result | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Result | undefined>()
    const job = { run: () => task().then(resolve, reject), drop: () => resolve(undefined) }
    const line = this.#lines.get(key)
    if (line === undefined) {
      this.#lines.set(key, new Map())
      void this.#serve(key, job)
    } else this.#join(line, source, job)
    return promise
  }

  #join(line: Line, source: string, job: Job): void {
    const own = line.get(source) ?? []
    const length = [...line.values()].reduce((sum, jobs) => sum + jobs.length, 0)
    if (length >= this.#depth) {
      const most = [...line.values()].reduce((a, b) => (b.length > a.length ? b : a))
      // A source with one task keeps it, or a crowd of sources could push out whoever waits.
      if (most.length <= own.length + 1) {
        job.drop()
        return
      }
      most.pop()?.drop()
    }
    own.push(job)
    line.set(source, own)
  }

  async #serve(key: string, first: Job): Promise<void> {
    for (let job: Job | undefined = first; job !== undefined; job = this.#next(key)) await job.run()
  }

  /** Takes the next one out of the line, and the line away when it is empty. */
  #next(key: string): Job | undefined {
    const line = this.#lines.get(key)
    for (const [source, jobs] of line ?? []) {
      const job = jobs.shift()
      line?.delete(source)
      if (jobs.length > 0) line?.set(source, jobs)
      return job
    }
    this.#lines.delete(key)
    return undefined
  }
}
