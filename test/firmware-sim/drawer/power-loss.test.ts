import { spawn } from 'node:child_process'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { HOTP, Secret } from 'otpauth'
import { afterAll, expect, test } from 'vitest'
import { Drawer } from '../../../firmware-sim/drawer/drawer.ts'
import { passTime } from '../../../protocol/time/clock.ts'
import { randomBelow, seededEntropy } from '../../../protocol/time/entropy.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

const program = fileURLToPath(new URL('./press-until-killed.ts', import.meta.url))
const secret = Buffer.from('12345678901234567890')
const folder = mkdtempSync(join(tmpdir(), 'softfob-power-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Presses the fob in a process of its own, and kills it so long after its first code. @returns the lines it wrote */
async function pressUntilKilled(name: string, afterUs: number): Promise<string[]> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, '.compiled') }
  const child = spawn(process.execPath, [program, folder, name], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const written = text(child.stdout)
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  await passTime(systemClock, afterUs)
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
  return (await written).trim().split('\n')
}

/** Of one fob, killed again and again: all that it ever showed, in order. */
async function shownInAll(name: string, kills: number): Promise<{ counter: number; code: string }[]> {
  const entropy = seededEntropy(`kills of ${name}`)
  const lines: string[] = []
  for (let kill = 0; kill < kills; kill++) lines.push(...(await pressUntilKilled(name, randomBelow(entropy, 40_000))))
  return lines.map(line => {
    const [, counter, code = ''] = /^(\d+) (\d{6})$/.exec(line) ?? expect.fail(`"${line}" is no code`)
    return { counter: Number(counter), code }
  })
}

test('an HOTP fob whose process is killed 200 times in the middle of pressing shows no counter twice', async () => {
  const key = createSecretKey(Buffer.alloc(32, 1))
  const drawer = new Drawer({ folder, key, clock: new VirtualClock(), entropy: seededEntropy(1) })
  const names = ['alice', 'bob']
  for (const name of names) drawer.make(name, { kind: 'HOTP', secret })
  // Side by side, for the time that a process takes to start.
  const lives = await Promise.all(names.map(name => shownInAll(name, 100)))

  const theirs = { secret: new Secret({ buffer: new Uint8Array(secret).buffer }) }
  for (const [index, shown] of lives.entries()) {
    const counters = shown.map(({ counter }) => counter)
    expect(counters.length).toBeGreaterThan(200)
    expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b))
    for (const { counter, code } of shown) expect(code).toBe(HOTP.generate({ ...theirs, counter }))
    // At most one code is lost a kill: the one whose counter was written, and which was not shown.
    const { fob } = drawer.take(names[index] ?? '')
    expect(fob.counter - counters.length).toBeLessThanOrEqual(100)
  }
}, 60_000)
