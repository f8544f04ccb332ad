import { expect, test } from 'vitest'
import { measure, quantile } from './measure.ts'

test('ours and theirs run equally often, by turns', async () => {
  const order: string[] = []
  await measure({
    name: 'ours',
    peer: 'theirs',
    operations: 1,
    ours: () => void order.push('ours'),
    theirs: async () => void order.push('theirs'),
  })
  const rounds = order.flatMap((_, index) =>
    index % 2 === 0
      ? [
          order
            .slice(index, index + 2)
            .toSorted()
            .join(),
        ]
      : [],
  )
  expect(new Set(rounds)).toEqual(new Set(['ours,theirs']))
  expect(order.slice(0, 4)).not.toEqual(['ours', 'theirs', 'ours', 'theirs'])
})

test('twice the work is half the ratio', async () => {
  let sum = 0
  const work = (size: number) => () => {
    for (let index = 0; index < size; index++) sum = (sum * 31 + index) % 1_000_003
  }
  const { ratio, quartiles } = await measure({
    name: 'double',
    peer: 'single',
    operations: 1,
    ours: work(1_000_000),
    theirs: work(500_000),
  })
  expect(ratio).toBeGreaterThan(0.35)
  expect(ratio).toBeLessThan(0.7)
  expect(quartiles[0] <= ratio && ratio <= quartiles[1]).toBe(true)
})

test('a median stands in the middle, quartiles beside it', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map(part => quantile([5, 1, 4, 2, 3], part))).toEqual([1, 2, 3, 4, 5])
})
