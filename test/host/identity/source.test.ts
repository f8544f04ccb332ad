import { expect, test } from 'vitest'
import { sourceOf } from '../../../host/identity/source.ts'

test('a source is told apart by its first 64 characters, and one that gives none is one source', () => {
  expect(sourceOf({ source: 'x'.repeat(100) })).toBe('x'.repeat(64))
  expect(sourceOf({})).toBe(sourceOf({}))
  expect(sourceOf({})).not.toBe(sourceOf({ source: '' }))
})
