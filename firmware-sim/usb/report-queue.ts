/** Input reports on their way to a host that fetches them one by one, or does not. */

/** Enough for an event to every channel and a few of the longest messages; the oldest give way to the newest. */
export const maxQueuedReports = 128

/** Takes the next report; undefined when the endpoint has been halted instead. */
export type Reader = (report: Uint8Array | undefined) => void

export class ReportQueue {
  #reports: Uint8Array[] = []
  #readers: Reader[] = []

  push(report: Uint8Array): void {
    const reader = this.#readers.shift()
    if (reader !== undefined) reader(report)
    else if (this.#reports.push(report) > maxQueuedReports) this.#reports.shift()
  }

  /** The reader is called once: at once if there is a report, else with the one that comes. */
  read(reader: Reader): void {
    const report = this.#reports.shift()
    if (report === undefined) this.#readers.push(reader)
    else reader(report)
  }

  /** The reader is not called any more. */
  cancel(reader: Reader): void {
    this.#readers = this.#readers.filter(waiting => waiting !== reader)
  }

  /** Throws away what nobody has fetched: whoever opens the device next must not read it. */
  flush(): void {
    this.#reports = []
  }

  halt(): void {
    for (const reader of this.#readers.splice(0)) reader(undefined)
  }
}
