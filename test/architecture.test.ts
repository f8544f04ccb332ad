import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { edges, longFiles, testEdges } from './architecture/allowed.ts'
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
} from './architecture/rules.ts'

const root = join(import.meta.dirname, '..')
const modules = globSync('{protocol,firmware-sim,host,test}/**/*.{ts,tsx}', { cwd: root }).map(path =>
  readModule(path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')),
)
const source = modules.filter(({ path }) => !path.startsWith('test/'))
const tests = modules.filter(({ path }) => path.startsWith('test/'))
/** A test and what it runs as a fixture need no opening: their names say what they are. */
const unnamed = modules.filter(({ path }) => !/\.(test|fixture)\.tsx?$/.test(path))

test('there are modules to look at', () => {
  expect(source.length).toBeGreaterThan(20)
  expect(tests.length).toBeGreaterThan(10)
})

test('a layer imports only what lies below it', () => expect(layerComplaints(modules)).toEqual([]))

test('no imports go round in a circle', () => expect(cycleComplaints(modules)).toEqual([]))

test.each(Object.entries(edges))('%s is used only where it is listed', (edge, allowed) => {
  expect(edgeComplaints(source, edge as Edge, allowed)).toEqual([])
})

test.each(Object.entries(testEdges))('tests use %s only where it is listed', (edge, allowed) => {
  expect(edgeComplaints(tests, edge as Edge, allowed)).toEqual([])
})

test('every export has a name', () => expect(exportComplaints(modules)).toEqual([]))

test('file names are in the style of the house', () => expect(nameComplaints(modules)).toEqual([]))

test('files are short', () => expect(lengthComplaints(modules, longFiles)).toEqual([]))

test('every module opens by saying what it is', () => expect(openingComplaints(unnamed)).toEqual([]))

test('a test stands where its subject stands', () => expect(mirrorComplaints(modules)).toEqual([]))
