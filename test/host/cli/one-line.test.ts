import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { oneLine } from '../../../host/cli/one-line.ts'

const paths = { drawer: '/home/alice/softfob/fobs', keyFile: '/home/alice/softfob/key', store: '/home/alice/s.db' }
const cure = ': see that /home/alice/softfob is a folder of yours with room on its disk, or set SOFTFOB_HOME to another'

test('a message of ours is told as it is', () => {
  expect(oneLine(new RangeError('there is no fob x: make it'), paths)).toBe('there is no fob x: make it')
  expect(oneLine('only words', paths)).toBe('only words')
})

test('what would break the line or steer the terminal is gone', () => {
  expect(oneLine(new Error('a\nb\r\n\u001b[31mc\u0000\u009b2Jd'), paths)).toBe('a b [31mc 2Jd')
})

test('of a very long message both ends are kept: what is wrong, and what to do', () => {
  const line = oneLine(new Error(`there is no fob ${'x'.repeat(100_000)}: make it`), paths)
  expect(line.length).toBeLessThan(1100)
  expect(line).toMatch(/^there is no fob x+ … x+: make it$/)
})

test('the file system and SQLite say what happened; what to do is said for them', () => {
  expect(
    oneLine(
      thrownBy(() => readFileSync('/nowhere')),
      paths,
    ),
  ).toBe(`ENOENT: no such file or directory, open '/nowhere'${cure}`)
  expect(
    oneLine(
      thrownBy(() => new DatabaseSync('/')),
      paths,
    ),
  ).toBe(`unable to open database file${cure}`)
})

function thrownBy(body: () => unknown): unknown {
  try {
    return body()
  } catch (error) {
    return error
  }
}
