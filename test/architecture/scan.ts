/**
 * Reads as much of a TypeScript module as the rules of the house need: its words, its strings and the modules it imports.
 * Comments, strings and regular expressions hide nothing and add nothing. Of JSX it knows no more than that an
 * apostrophe in running text is not the start of a string.
 */

export interface Token {
  readonly kind: 'word' | 'string' | 'sign'
  /** A word or sign as it stands; a string without its quotes. */
  readonly text: string
}

const patterns = {
  blank: /\s+|\/\/.*|\/\*[\s\S]*?\*\//y,
  word: /#?[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*/uy,
  string: /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/y,
  regex: /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
  templateText: /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y,
}

/** A slash after one of these words opens a regular expression; after any other word it divides. */
const wordsBeforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'await',
  'yield',
  'void',
  'new',
  'else',
  'do',
])

/** The tokens of a module; what stands in `${}` of a template is part of it, the text around is not. */
export function scan(source: string): Token[] {
  const tokens: Token[] = []
  /** Open braces; `true` for one that a template opened. */
  const braces: boolean[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }
  /** Goes on with a template's text, up to its end or to the code inside it. */
  const takeTemplateText = () => {
    take(patterns.templateText)
    if (source[at] === '$') braces.push(true)
    at += source[at] === '$' ? 2 : 1
  }
  while (at < source.length) {
    if (take(patterns.blank)) continue
    const word = take(patterns.word)
    if (word) {
      tokens.push({ kind: 'word', text: word[0] })
      continue
    }
    const string = take(patterns.string)
    if (string) {
      tokens.push({ kind: 'string', text: string[1] ?? string[2] ?? '' })
      continue
    }
    if (source[at] === '/' && opensRegex(tokens.at(-1)) && take(patterns.regex)) continue
    const sign = source.charAt(at++)
    if (sign === '`') takeTemplateText()
    else if (sign === '}' && braces.pop()) takeTemplateText()
    else {
      if (sign === '{') braces.push(false)
      tokens.push({ kind: 'sign', text: sign })
    }
  }
  return tokens
}

function opensRegex(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return wordsBeforeRegex.has(before.text)
  // `</Box>` closes an element; after a bracket a slash divides, or closes `<Box width={1} />`.
  return before.kind === 'sign' && !')]}<'.includes(before.text)
}

/** The specifiers of everything that a module imports or re-exports, types too, in order. */
export function importsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'string') return []
    const [before, last] = [tokens[index - 2]?.text ?? '', tokens[index - 1]?.text ?? '']
    const isImport = last === 'from' || last === 'import' || (last === '(' && /^(import|require)$/.test(before))
    return isImport ? [token.text] : []
  })
}
