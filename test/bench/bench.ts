/** `npm run bench`: one table, every row a ratio to its peer in the same run. `npm run bench -- WORD` runs the files named so. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { measure } from './measure.ts'
import type { Rows } from './row.ts'

const folder = join(import.meta.dirname, 'rows')
const words = process.argv.slice(2)
const files = readdirSync(folder)
  .filter(file => /(?<!\.d)\.[jt]s$/.test(file))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .toSorted()

const perSecond = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const line = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`)

console.log(`Node ${process.version}, medians of interleaved rounds; a ratio over 1: ours is the faster\n`)
line('what', 'per second', 'peer', 'per second', 'ratio', 'middle half')
line('---', '--:', '---', '--:', '--:', '--:')
for (const file of files) {
  const { rows }: { rows: Rows } = await import(pathToFileURL(join(folder, file)).href)
  for await (const row of rows()) {
    const { ours, theirs, ratio, quartiles } = await measure(row)
    const middleHalf = quartiles.map(quartile => quartile.toFixed(2)).join('–')
    line(row.name, perSecond.format(ours), row.peer, perSecond.format(theirs), ratio.toFixed(2), middleHalf)
  }
}
