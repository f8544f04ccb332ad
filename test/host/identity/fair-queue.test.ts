import { describe, expect, test } from 'vitest'
import { FairQueue } from '../../../host/identity/fair-queue.ts'

/** A queue whose tasks end when they are told to. */
function heldQueue(depth?: number) {
  const queue = new FairQueue(depth)
  const started: string[] = []
  const gates: (() => void)[] = []
  const run = (name: string, source = 'here', key = 'device') =>
    queue.run(key, source, async () => {
      started.push(name)
      await new Promise<void>(resolve => gates.push(resolve))
      return name
    })
  const finishAll = async (all: readonly Promise<unknown>[]) => {
    let open = true
    const results = Promise.all(all).finally(() => {
      open = false
    })
    while (open) {
      gates.shift()?.()
      await Promise.resolve()
    }
    return results
  }
  return { run, started, finishAll }
}

test('tasks of one line run one after the other, in their order', async () => {
  const { run, started, finishAll } = heldQueue()
  const all = ['a', 'b', 'c'].map(name => run(name))
  expect(started).toEqual(['a'])
  expect(await finishAll(all)).toEqual(['a', 'b', 'c'])
  expect(started).toEqual(['a', 'b', 'c'])
})

test('lines do not wait for each other', () => {
  const { run, started } = heldQueue()
  void run('a', 'here', 'one')
  void run('b', 'here', 'another')
  expect(started).toEqual(['a', 'b'])
})

test('a task that fails fails alone', async () => {
  const queue = new FairQueue()
  const failing = queue.run('k', 's', () => Promise.reject(new Error('no')))
  const next = queue.run('k', 's', async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
  expect(await queue.run('k', 's', async () => 'later')).toBe('later')
})

test('sources take turns, however many tasks one of them has', async () => {
  const { run, started, finishAll } = heldQueue()
  const many = ['m1', 'm2', 'm3', 'm4'].map(name => run(name, 'many'))
  const few = [run('f1', 'few'), run('o1', 'other'), run('f2', 'few')]
  await finishAll([...many, ...few])
  expect(started).toEqual(['m1', 'm2', 'f1', 'o1', 'm3', 'f2', 'm4'])
})

describe('a full line', () => {
  test('drops what comes from the source that fills it', async () => {
    const { run, started, finishAll } = heldQueue(2)
    const all = ['served', 'w1', 'w2', 'dropped'].map(name => run(name, 'one'))
    expect(await finishAll(all)).toEqual(['served', 'w1', 'w2', undefined])
    expect(started).not.toContain('dropped')
  })

  test('makes room for another source at the cost of the one that fills it', async () => {
    const { run, finishAll } = heldQueue(3)
    const all = ['served', 'w1', 'w2', 'w3'].map(name => run(name, 'greedy'))
    expect(await finishAll([...all, run('owner', 'owner')])).toEqual(['served', 'w1', 'w2', undefined, 'owner'])
  })

  test('of a crowd keeps who waits and drops who comes', async () => {
    const { run, finishAll } = heldQueue(2)
    const all = [run('served', 's'), run('owner', 'owner'), run('a', 'a'), run('b', 'b')]
    expect(await finishAll(all)).toEqual(['served', 'owner', 'a', undefined])
  })

  test('is 32 deep', async () => {
    const { run, finishAll } = heldQueue()
    const results = await finishAll(Array.from({ length: 40 }, (_, index) => run(String(index))))
    expect(results.filter(result => result === undefined)).toHaveLength(40 - 1 - 32)
  })
})
