/**
 * `npm run bench`: one table, every row a ratio to its peer in the same run, and how well the verifier follows its fobs.
 * `npm run bench -- WORD` runs the files named so; `drift` names the second table.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { driftTable } from './drift-simulation.ts'
import { measure } from './measure.ts'
import type { Rows } from './row.ts'

const folder = join(import.meta.dirname, 'rows')
const words = process.argv.slice(2)
const files = readdirSync(folder)
  .filter(file => /(?<!\.d)\.[jt]s$/.test(file))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .toSorted()

/** Half a minute, for means to a few parts in a hundred. */
const driftFobs = 300

const perSecond = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 2, minimumSignificantDigits: 2 })
const line = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`)

if (files.length > 0) await printRows()
if (words.length === 0 || words.includes('drift')) {
  console.error(`… ${driftFobs} fobs, five years each`)
  console.log(`\n${driftTable(driftFobs, 'bench').join('\n')}`)
}

async function printRows(): Promise<void> {
  console.log(`Node ${process.version}, medians of interleaved rounds; a ratio over 1: ours is the faster\n`)
  line('what', 'per second', 'peer', 'per second', 'ratio', 'middle half')
  line('---', '--:', '---', '--:', '--:', '--:')
  for (const file of files) {
    const { rows }: { rows: Rows } = await import(pathToFileURL(join(folder, file)).href)
    for await (const row of rows()) {
      console.error(`… ${row.name}`)
      const { ours, theirs, ratio, quartiles } = await measure(row)
      const name = row.remark === undefined ? row.name : `${row.name} (${row.remark()})`
      const middleHalf = quartiles.map(quartile => precise.format(quartile)).join('–')
      line(name, perSecond.format(ours), row.peer, perSecond.format(theirs), precise.format(ratio), middleHalf)
    }
  }
}
