import { describe, expect, test } from 'vitest'
import {
  cycleComplaints,
  type Edge,
  edgeComplaints,
  exportComplaints,
  layerComplaints,
  lengthComplaints,
  mirrorComplaints,
  nameComplaints,
  openingComplaints,
  readModule,
} from './rules.ts'

const modules = (files: Record<string, string>) =>
  Object.entries(files).map(([path, source]) => readModule(path, source))

describe('layers', () => {
  test.each([
    ['protocol/a.ts', '../firmware-sim/b.ts'],
    ['protocol/oath/a.ts', '../../host/b.ts'],
    ['firmware-sim/a.ts', '../host/b.ts'],
    ['firmware-sim/a.ts', '../test/b.ts'],
    ['host/transport/a.ts', '../../firmware-sim/b.ts'],
    ['host/vitest-reporter.ts', '../firmware-sim/b.ts'],
    ['host/a.ts', '../../elsewhere/b.ts'],
  ])('%s may not import %s', (path, target) => {
    expect(layerComplaints(modules({ [path]: `import { b } from '${target}'` }))).toHaveLength(1)
  })

  test.each([
    ['firmware-sim/a.ts', '../protocol/b.ts'],
    ['host/lab/a.ts', '../../firmware-sim/b.ts'],
    ['host/vitest.ts', '../firmware-sim/b.ts'],
    ['test/host/a.test.ts', '../../firmware-sim/b.ts'],
    ['protocol/a.ts', 'node:crypto'],
  ])('%s may import %s', (path, target) => {
    expect(layerComplaints(modules({ [path]: `import { b } from '${target}'` }))).toEqual([])
  })
})

test('a circle of imports is named once, wherever it is entered', () => {
  const files = modules({
    'host/a.ts': "import { b } from './b.ts'",
    'host/b.ts': "import { c } from './c.ts'",
    'host/c.ts': "import type { B } from './b.ts'",
    'host/d.ts': "import { b } from './b.ts'; import { c } from './c.ts'",
  })
  expect(cycleComplaints(files)).toEqual(['host/b.ts → host/c.ts → host/b.ts'])
  expect(cycleComplaints(files.filter(({ path }) => path !== 'host/c.ts'))).toEqual([])
})

describe('edges', () => {
  test.each<[Edge, string]>([
    ['Date', 'const now = Date.now()'],
    ['Date', 'const then = new Date(0)'],
    ['Date', 'const f = (clock = Date) => clock'],
    ['Date', 'const x: Date = a ? b : Date.now()'],
    ['timers', 'setTimeout(f, 1)'],
    ['timers', "import { setInterval } from 'node:timers/promises'"],
    ['chance', 'Math.random()'],
    ['chance', "import { randomBytes } from 'node:crypto'"],
    ['process', 'exit(process.env)'],
    ['process', "import { argv } from 'node:process'"],
    ['process', 'a ? process : b'],
    ['console', '`${console.log(1)}`'],
  ])('%s is seen in: %s', (edge, source) => {
    expect(edgeComplaints(modules({ 'host/a.ts': source }), edge, {})).toHaveLength(1)
    expect(edgeComplaints(modules({ 'host/a.ts': source }), edge, { 'host/a.ts': 'why' })).toEqual([])
    expect(edgeComplaints(modules({ 'host/a.ts': source }), edge, { 'host/': 'why' })).toEqual([])
  })

  test.each<[Edge, string]>([
    ['Date', 'function f(time: Date | number): void {}'],
    ['Date', "const word = 'Date' // new Date()"],
    ['timers', 'clock.setAlarm(1, setTimeoutLater)'],
    ['chance', 'const random = 1'],
    ['process', 'const child = { process: 1 }; child.process'],
    ['console', 'interface Page { console: string }'],
  ])('%s is not seen in: %s', (edge, source) => {
    expect(edgeComplaints(modules({ 'host/a.ts': source }), edge, {})).toEqual([])
  })

  test('a listed file that needs it no longer is a complaint', () => {
    expect(edgeComplaints(modules({ 'host/a.ts': 'f()' }), 'Date', { 'host/a.ts': 'why' })).toEqual([
      'host/a.ts is listed for Date and does not use it: strike it from the list',
    ])
  })
})

test('exports are named, one by one', () => {
  expect(exportComplaints(modules({ 'host/a.ts': 'export default 1' }))).toHaveLength(1)
  expect(exportComplaints(modules({ 'host/a.ts': "export * from './b.ts'" }))).toHaveLength(1)
  expect(exportComplaints(modules({ 'host/a.ts': "export * as b from './b.ts'" }))).toHaveLength(1)
  expect(exportComplaints(modules({ 'host/a.ts': "export { a } from './b.ts'; f(2 * 3)" }))).toEqual([])
})

test('files are in kebab-case, components in PascalCase', () => {
  const names = (path: string) => nameComplaints(modules({ [path]: '' }))
  expect(['host/aB.ts', 'host/a_b.ts', 'host/A.ts', 'host/aB/c.ts', 'host/panel.tsx'].flatMap(names)).toHaveLength(5)
  expect(['host/a-b.ts', 'host/crc16.ts', 'test/host/a-b.long.test.ts', 'host/Panel.tsx'].flatMap(names)).toEqual([])
})

test('a file over 400 lines has a reason, and a reason has a file', () => {
  const long = modules({ 'host/a.ts': '\n'.repeat(400), 'host/b.ts': '\n'.repeat(399) })
  expect(lengthComplaints(long, {})).toEqual(['host/a.ts is over 400 lines: split it or say why'])
  expect(lengthComplaints(long, { 'host/a.ts': 'why' })).toEqual([])
  expect(lengthComplaints(long, { 'host/a.ts': 'why', 'host/b.ts': 'why' })).toHaveLength(1)
})

test('a module opens with a sentence', () => {
  const opens = (source: string) => openingComplaints(modules({ 'host/a.ts': source })).length === 0
  expect(opens('/** What it is. */\n\nimport a')).toBe(true)
  expect(opens('#!/usr/bin/env node\n/**\n * What it is (RFC 4226 §5.3):\n */\n\nimport a')).toBe(true)
  expect(opens('import a')).toBe(false)
  expect(opens('// What it is.\n\nimport a')).toBe(false)
  expect(opens('/** no sentence */\n\nimport a')).toBe(false)
  expect(opens('/** What the function does. */\nexport function f() {}')).toBe(false)
  expect(opens('/** no sentence */\n\n/** Another. */\n\n')).toBe(false)
})

test('a test stands where its subject stands', () => {
  const files = { 'host/lab/lab.ts': '', 'test/tier.ts': '', 'test/system/cli.test.ts': '' }
  expect(mirrorComplaints(modules({ ...files, 'test/host/lab/lab.test.ts': '' }))).toEqual([])
  expect(mirrorComplaints(modules({ ...files, 'test/lab/lab.test.ts': '' }))).toHaveLength(1)
})
