import { expect, test } from 'vitest'
import { missing, tier } from '../../tier.ts'

test('adds', () => {
  expect(1 + 1).toBe(2)
})

tier('has all it needs', undefined, () => {
  test('runs', () => {
    expect(true).toBe(true)
  })
})

tier('needs a tool', missing('softfob-no-such-tool', 'no-such-package'), () => {
  test('never runs', () => {
    throw new Error('it ran')
  })
})
