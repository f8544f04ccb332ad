import { expect, test } from 'vitest'
import { didYouMean } from '../../../host/cli/did-you-mean.ts'

const commands = ['demo', 'new', 'code', 'run', 'list', 'register']

test.each([
  ['lits', 'list'],
  ['LIST', 'list'],
  ['coed', 'code'],
  ['regster', 'register'],
  ['registerr', 'register'],
  ['nwe', 'new'],
])('"%s" is near %s', (word, meant) => {
  expect(didYouMean(word, commands)).toBe(`: did you mean ${meant}?`)
})

test.each(['', 'x', 'frobnicate', 'registration'])('"%s" is near nothing', word => {
  expect(didYouMean(word, commands)).toBe('')
})

test('the nearest is named, whatever their order', () => {
  expect(didYouMean('alicia', ['alice', 'alicja'])).toBe(': did you mean alicja?')
  expect(didYouMean('alicia', ['alicja', 'alice'])).toBe(': did you mean alicja?')
})

test('a name so short that every word is near it is not guessed', () => {
  expect(didYouMean('zz', ['ab', 'a'])).toBe('')
})

test('nothing is known, so nothing is meant', () => expect(didYouMean('code', [])).toBe(''))
