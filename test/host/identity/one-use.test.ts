import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openSqliteStore } from '../../../host/identity/store/sqlite-store.ts'
import { decisions, shown, startWithAlice } from './service-under-test.ts'
import { temporaryFile } from './temporary-folder.ts'

const script = join(import.meta.dirname, 'verify-process.ts')

/** The outcomes of a process, once `start` has resolved. */
async function outcomesOf(child: ChildProcess, start: Promise<unknown>): Promise<string[]> {
  if (!child.stdout || !child.stdin || !child.stderr) throw new Error('the process has no pipes')
  const complaints = text(child.stderr)
  await start
  child.stdin.write('go\n')
  const said = await text(child.stdout)
  return said === '' ? [await complaints] : JSON.parse(said)
}

test('one code, offered 200 times at once by four processes on one file, is accepted once', async () => {
  const path = temporaryFile('store')
  await using store = await openSqliteStore(path)
  const started = await startWithAlice(store)
  const { clock } = started
  const argv = [script, path, '50', shown(clock), String(clock.nowUs())]
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, argv, { stdio: 'pipe' }))
  // Each says that it is ready, or ends and then says why.
  const allReady = Promise.all(children.map(child => once(child.stdout, 'readable').then(() => child.stdout.read())))
  const outcomes = (await Promise.all(children.map(child => outcomesOf(child, allReady)))).flat()
  expect(outcomes.filter(outcome => outcome === 'accepted')).toHaveLength(1)
  expect(outcomes.filter(outcome => outcome === 'replayed')).toHaveLength(199)
  const signIns = (await decisions(started)).filter(({ action }) => action === 'sign-in')
  expect(signIns.filter(({ result }) => result === 'accepted')).toHaveLength(1)
  expect(signIns).toHaveLength(200)
}, 60_000)
