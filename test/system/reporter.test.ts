import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Run {
  readonly exitCode: number | null
  readonly lines: readonly string[]
}

function runFixtures(fixtures: readonly string[], require?: 'all'): Run {
  const { SOFTFOB_REQUIRE: _, ...env } = process.env
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'reporter/run-fixtures.ts'), ...fixtures], {
    env: { ...env, NO_COLOR: '1', ...(require === undefined ? {} : { SOFTFOB_REQUIRE: require }) },
    encoding: 'utf8',
  })
  return { exitCode: run.status, lines: run.stdout.trimEnd().split('\n') }
}

test('the last line counts, and a skipped test is listed with its reason', () => {
  const { exitCode, lines } = runFixtures(['passes'])
  expect(lines.at(-1)).toBe('2 passed, 0 failed, 1 skipped')
  expect(lines).toContain(
    'skipped: passes.fixture.ts > needs a tool: softfob-no-such-tool: apt-get install no-such-package',
  )
  expect(exitCode).toBe(0)
})

test('what a machine lacks is a failure when everything is required', () => {
  const { exitCode, lines } = runFixtures(['passes'], 'all')
  expect(lines.at(-1)).toBe('2 passed, 1 failed, 0 skipped')
  expect(exitCode).toBe(1)
})

test('a file that does not load and a group that cannot start count as failed', () => {
  const { exitCode, lines } = runFixtures(['fails', 'does-not-load'])
  expect(lines.at(-1)).toBe('0 passed, 3 failed, 2 skipped')
  expect(lines).toContain('skipped: fails.fixture.ts > is skipped without a word: no reason given')
  expect(exitCode).toBe(1)
})
