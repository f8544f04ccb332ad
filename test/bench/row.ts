/** A row of the benchmark: something of ours beside its peer, a bare program that does the same with nothing of ours. */

export interface Row {
  readonly name: string
  readonly peer: string
  /** Operations in one call of `ours` or `theirs`; enough that a call takes a few milliseconds. */
  readonly operations: number
  readonly ours: () => void | Promise<void>
  readonly theirs: () => void | Promise<void>
  /** What else there is to say once it has been measured. */
  readonly remark?: () => string
}

/** What a file in rows/ exports as `rows`: it opens what a row needs, yields the row to be measured, and closes again. */
export type Rows = () => AsyncGenerator<Row, void>
