/** The rules of the house, each a function from the modules to its complaints: one line each, none when all is well. */

import { dirname, join } from 'node:path/posix'
import { importsOf, scan, type Token } from './scan.ts'

export interface Module {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly source: string
  readonly tokens: readonly Token[]
  /** Of our own modules, what it imports: paths from the root. */
  readonly imports: readonly string[]
}

export function readModule(path: string, source: string): Module {
  const tokens = scan(source)
  const own = importsOf(tokens).filter(specifier => specifier.startsWith('.'))
  return { path, source, tokens, imports: own.map(specifier => join(dirname(path), specifier)) }
}

/** What each layer may import of ours. */
const layers: Record<string, readonly string[]> = {
  protocol: ['protocol'],
  'firmware-sim': ['firmware-sim', 'protocol'],
  host: ['host', 'protocol'],
  test: ['test', 'host', 'firmware-sim', 'protocol'],
}

/** Where the host's side holds fobs in its hands. */
const hostsOfFobs = /^host\/(lab\/|cli\/|vitest\.ts$|playwright\.ts$)/

export function layerComplaints(modules: readonly Module[]): string[] {
  return modules.flatMap(({ path, imports }) => {
    const layer = path.slice(0, path.indexOf('/'))
    const allowed = [...(layers[layer] ?? []), ...(hostsOfFobs.test(path) ? ['firmware-sim'] : [])]
    return imports
      .filter(target => !allowed.some(other => target.startsWith(`${other}/`)))
      .map(target => `${path} imports ${target}: it may import of ours only ${allowed.join(', ')}`)
  })
}

export function cycleComplaints(modules: readonly Module[]): string[] {
  const importsByPath = new Map(modules.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  const follow = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(' → ')]
    if (done.has(path)) return []
    const cycles = (importsByPath.get(path) ?? []).flatMap(target => follow(target, [...trail, path]))
    done.add(path)
    return cycles
  }
  return modules.flatMap(({ path }) => follow(path, []))
}

/** What only an edge of the program may touch. */
export type Edge = 'Date' | 'timers' | 'chance' | 'process' | 'console'

const timers = /^(set|clear)(Timeout|Interval|Immediate)$/
const randomSources = /^(random(Bytes|UUID|Int|Fill|FillSync)|getRandomValues)$/

const edgeUses: Record<Edge, (word: string, before: string, after: string) => boolean> = {
  // As a type it is only a shape: `time: Date | number`.
  Date: (word, before, after) => word === 'Date' && (/^[.(]$/.test(after) || !/^[:|<&]$/.test(before)),
  timers: word => timers.test(word),
  chance: (word, before) => randomSources.test(word) || (word === 'random' && before === '.'),
  process: (word, before, after) => word === 'process' && isGlobal(before, after),
  console: (word, before, after) => word === 'console' && isGlobal(before, after),
}

/** Neither a property of something else nor the name of one. */
function isGlobal(before: string, after: string): boolean {
  return before !== '.' && (after !== ':' || before === '?')
}

export function usesEdge({ tokens }: Module, edge: Edge): boolean {
  return tokens.some(
    ({ kind, text }, index) =>
      (kind === 'string' && text === `node:${edge}`) ||
      (kind === 'word' && edgeUses[edge](text, tokens[index - 1]?.text ?? '', tokens[index + 1]?.text ?? '')),
  )
}

/** Paths with the reason why each may; a path that ends in a slash is a folder. */
export type Allowed = Readonly<Record<string, string>>

export function edgeComplaints(modules: readonly Module[], edge: Edge, allowed: Allowed): string[] {
  const users = modules.filter(module => usesEdge(module, edge)).map(({ path }) => path)
  return [
    ...users
      .filter(path => !Object.keys(allowed).some(entry => covers(entry, path)))
      .map(path => `${path} uses ${edge}: take a Clock, Entropy or function instead, or list the file with its reason`),
    ...Object.keys(allowed)
      .filter(entry => !users.some(path => covers(entry, path)))
      .map(entry => `${entry} is listed for ${edge} and does not use it: strike it from the list`),
  ]
}

function covers(entry: string, path: string): boolean {
  return entry.endsWith('/') ? path.startsWith(entry) : path === entry
}

export function exportComplaints(modules: readonly Module[]): string[] {
  const follows = ({ tokens }: Module, text: string) =>
    tokens.some((token, index) => token.text === text && token.kind !== 'string' && isExport(tokens[index - 1]))
  return modules.flatMap(module => [
    ...(follows(module, 'default') ? [`${module.path} has a default export: name it`] : []),
    ...(follows(module, '*') ? [`${module.path} exports *: list the names`] : []),
  ])
}

function isExport(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.text === 'export'
}

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/
const pascalCase = /^[A-Z][A-Za-z0-9]*$/

export function nameComplaints(modules: readonly Module[]): string[] {
  return modules.flatMap(({ path }) => {
    const parts = path.split('/')
    const file = parts.pop() ?? ''
    const [stem = '', ...extensions] = file.split('.')
    const style = extensions.at(-1) === 'tsx' ? pascalCase : kebabCase
    const wrong = [...parts.filter(part => !kebabCase.test(part)), ...(style.test(stem) ? [] : [file])]
    return wrong.map(name => `${path}: "${name}" is not in kebab-case, or PascalCase for a .tsx file`)
  })
}

const longestFile = 400

export function lengthComplaints(modules: readonly Module[], allowed: Allowed): string[] {
  const long = modules.filter(({ source }) => source.split('\n').length > longestFile).map(({ path }) => path)
  return [
    ...long.filter(path => !(path in allowed)).map(path => `${path} is over ${longestFile} lines: split it or say why`),
    ...Object.keys(allowed)
      .filter(path => !long.includes(path))
      .map(path => `${path} is listed as long and is not: strike it from the list`),
  ]
}

/** A doc comment of its own, with a blank line after it, that holds a sentence. */
const opening = /^(#!.*\n)?\/\*\*\s(?:(?!\*\/)[\s\S])*[.:?!](?:(?!\*\/)[\s\S])*\*\/\n\n/

export function openingComplaints(modules: readonly Module[]): string[] {
  return modules
    .filter(({ source }) => !opening.test(source))
    .map(({ path }) => `${path} does not open with a doc comment that says in a sentence what it is`)
}

/** Tests stand where their subject stands; these folders of test/ have subjects of their own. */
const freeTests = /^test\/(architecture|contract|vectors|system|bench)\/|^test\/[^/]+$/

export function mirrorComplaints(modules: readonly Module[]): string[] {
  const folders = new Set(modules.map(({ path }) => dirname(path)))
  return modules
    .filter(({ path }) => path.startsWith('test/') && !freeTests.test(path))
    .filter(({ path }) => !folders.has(dirname(path).slice('test/'.length)))
    .map(({ path }) => `${path} mirrors no folder of the source`)
}
