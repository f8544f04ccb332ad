import { expect, test } from 'vitest'
import { importsOf, scan } from './scan.ts'

const words = (source: string) =>
  scan(source)
    .filter(token => token.kind === 'word')
    .map(token => token.text)
const imports = (source: string) => importsOf(scan(source))

test('words in comments, strings, templates and regular expressions are not code', () => {
  expect(words('// Date\n/* Date \n * Date */ a')).toEqual(['a'])
  expect(words(`'Date' + "it's a Date" + '\\'Date' + b`)).toEqual(['b'])
  expect(words('`Date \\` \\${Date} $5` + c')).toEqual(['c'])
  expect(words("x = /Date'[/`]/g; return /\\/Date/.test(d)")).toEqual(['x', 'return', 'test', 'd'])
})

test('code inside a template is code, however deep', () => {
  expect(words('`a ${ { b: `${Date}` }[c] } d ${e}` + f')).toEqual(['b', 'Date', 'c', 'e', 'f'])
})

test('a slash that divides opens no regular expression', () => {
  expect(words('a / b / c')).toEqual(['a', 'b', 'c'])
  expect(words('(a + b) / c / d[0] / e')).toEqual(['a', 'b', 'c', 'd', '0', 'e'])
})

test('running text and elements of JSX end no line early', () => {
  expect(words("<Text>it isn't</Text>\nDate")).toEqual(['Text', 'it', 'isn', 't', 'Text', 'Date'])
  expect(words('<Box width={1} /> / Date')).toEqual(['Box', 'width', '1', 'Date'])
})

test('every way to import is seen', () => {
  expect(imports('import { a } from \'./a.ts\'\nimport type { B } from "./b.ts"')).toEqual(['./a.ts', './b.ts'])
  expect(imports("import './side-effect.ts'\nexport { c } from './c.ts'")).toEqual(['./side-effect.ts', './c.ts'])
  expect(imports("export * from './d.ts'; const e = await import('./e.ts'); let f: import('./f.ts').F")).toEqual([
    './d.ts',
    './e.ts',
    './f.ts',
  ])
  expect(imports("import {\n  type A, // from 'x'\n  b,\n} from './g.ts'; require('./h.cjs')")).toEqual([
    './g.ts',
    './h.cjs',
  ])
})

test('a string or comment that looks like an import is none', () => {
  expect(imports("// import { a } from './a.ts'\nconst text = \"import x from './b.ts'\"")).toEqual([])
  expect(imports("Array.from('abc'); go({ from: 'here' }); f('import')")).toEqual([])
})
