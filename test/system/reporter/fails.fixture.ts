import { beforeAll, describe, expect, test } from 'vitest'

test.skip('is skipped without a word', () => {})

test('adds wrongly', () => {
  expect(1 + 1).toBe(3)
})

describe('a group that cannot start', () => {
  beforeAll(() => {
    throw new Error('no start')
  })

  test('never runs', () => {})
})
