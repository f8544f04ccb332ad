import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { missing, tier } from '../tier.ts'
import { program, Softfob } from './softfob.ts'

/** What the story says, in this order. */
const story = [
  /fob +is plugged in on/,
  /host +reads over the wire: .* serial number GAHT\d{8}$/,
  /host +registers it for alice, with two consecutive codes$/,
  /service +enables GAHT\d{8} for alice$/,
  /host +signs alice in with \d{6}$/,
  /service +accepted: the code is for \d\d:\d\d:\d\d–\d\d:\d\d:\d\d; this fob now runs between/,
  /host +tries the same code again, \d{6}$/,
  /service +refused: this code was used at \d\d:\d\d:\d\d and is good once/,
  /time +ninety days pass, and the fob's clock gains 2 min \d+ s$/,
  /service +accepted: /,
  /fob +is pulled out in the middle of a message$/,
  /host +disconnected: /,
  /fob +is plugged in on/,
  /service +accepted: /,
]

function expectStory(lines: readonly string[]): void {
  let next = 0
  for (const line of lines) if (story[next]?.test(line)) next++
  expect(story.slice(next)).toEqual([])
}

test('tells its story as lines, and draws each code as the LCD shows it', async () => {
  const { exitCode, stdout, stderr } = await new Softfob().run(['demo', '--once'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expectStory(stdout.split('\n'))
  expect(stdout.match(/▮/g)?.length).toBeGreaterThan(0)
})

test('is what softfob alone does, as lines where there is no terminal, and writes nothing into the home', async () => {
  const softfob = new Softfob()
  const { exitCode, stdout } = await softfob.run([])
  expect(exitCode).toBe(0)
  expectStory(stdout.split('\n'))
  expect((await softfob.run(['list'])).stderr).toMatch(/^no fobs yet: /)
})

test('is the same again from the same seed, but for the name of the line', async () => {
  const softfob = new Softfob()
  const [first, again, other] = await Promise.all(
    ['1', '1', '2'].map(async seed => {
      const { stdout } = await softfob.run(['demo', '--once', '--seed', seed])
      return stdout.replace(/\/dev\/pts\/\d+|127\.0\.0\.1:\d+/g, 'LINE')
    }),
  )
  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('is one JSON document a line for a program', async () => {
  const { exitCode, stdout, stderr } = await new Softfob().run(['demo', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const said: unknown[] = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  for (const line of said) {
    expect(line).toMatchObject({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), speaker: expect.any(String) })
  }
  expect(said).toContainEqual(expect.objectContaining({ speaker: 'fob', lcd: expect.stringMatching(/^\d{6}$/) }))
  expectStory(said.map(line => `${Reflect.get(Object(line), 'speaker')} ${Reflect.get(Object(line), 'text')}`))
})

tier('a pipe whose reader leaves early', missing('head', 'coreutils'), () => {
  test.each(['demo --once', 'demo --json', 'demo --help', '--help'])('%s ends quietly', args => {
    const { environment: env } = new Softfob()
    const command = `${process.execPath} ${program} ${args} | head -1`
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { env, encoding: 'utf8' })
    expect(stdout).toMatch(/^[^\n]+\n$/)
    expect(stderr).toBe('')
  })
})
