import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { missing, tier } from '../tier.ts'

const repository = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'softfob-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const installed = join(folder, 'node_modules/softfob')

// What an npm that runs this test says of itself is not for the ones that it starts.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))

/** Runs a program in the stranger's project. @returns its stdout @throws Error with all that it said when it fails */
function run(program: string, ...args: readonly string[]): string {
  const options = { cwd: folder, env: { ...env, SOFTFOB_HOME: join(folder, 'home') }, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(program, args, options)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

function tsc(...args: readonly string[]): string {
  return run(process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), ...args)
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

/** Packs what has been built, and installs it into an empty project. @returns what is lacking for that */
function install(): string | undefined {
  const npm = missing('npm')
  if (npm !== undefined) return npm
  write('package.json', '{ "name": "stranger", "private": true, "type": "module" }')
  run('npm', 'pack', repository, '--ignore-scripts', '--silent', '--pack-destination', folder)
  const [tarball = ''] = readdirSync(folder).filter(file => file.endsWith('.tgz'))
  try {
    run(
      'npm',
      'install',
      '--prefer-offline',
      '--fetch-retries=1',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      join(folder, tarball),
    )
  } catch (error) {
    const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED)\b/.test(String(error))
    if (unreachable) return 'the npm registry: connect to the network, or name a mirror in ~/.npmrc'
    throw error
  }
  for (const link of ['vitest', '@types/node']) {
    mkdirSync(join(folder, 'node_modules', link, '..'), { recursive: true })
    symlinkSync(join(repository, 'node_modules', link), join(folder, 'node_modules', link), 'junction')
  }
  return undefined
}

/** What each entry gives, of which a stranger's program uses something. */
const program = `
import { createFob, createLab, VirtualClock } from 'softfob'
import { connectMemory, FobClient, serialLink } from 'softfob/client'
import { IdentityService, MemoryStore, openSqliteStore, StoreError, type KeyRing, type Store } from 'softfob/identity'
import { decodeBase32, hotp, secretKey } from 'softfob/oath'
import { enableTotp, verifyTotp } from 'softfob/verifier'

const secret: Uint8Array = decodeBase32('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
await using fob = createFob({ secret, kind: 'HOTP', clock: new VirtualClock() })
const code: string = await fob.press()
await using lab = await createLab({ seed: 1 })
const store: Store = new MemoryStore()
const keyRing: KeyRing | undefined = undefined
console.log(JSON.stringify({
  code, same: code === hotp(secretKey(secret), 0),
  users: (await lab.addUser('alice')).name, store: typeof store.commit, keyRing: typeof keyRing,
  rest: [connectMemory, FobClient, serialLink, IdentityService, openSqliteStore, StoreError, enableTotp, verifyTotp]
    .map(one => typeof one).join(),
}))
`

const vitestFile = `
import { expect, test } from 'softfob/vitest'

test('a sign-in, once', async ({ lab }) => {
  const alice = await lab.addUser('alice')
  const fob = await lab.addFob()
  await alice.register(fob)
  await lab.clock.fastForward({ days: 90 })
  const code = await fob.press()
  expect(await alice.signIn(code)).toMatchObject({ result: 'accepted' })
  expect(await alice.signIn(code)).toMatchObject({ result: 'rejected', reason: 'replayed' })
})
`

tier('the package, packed and installed into an empty project', install(), () => {
  test('holds what it needs and no more: no tests, no sources, no maps', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(installed.length + 1)
          .replaceAll('\\', '/'),
      )
    const code = files.filter(file => /^dist\/(protocol|firmware-sim|host)\/.*(\.js|\.d\.ts)$/.test(file))
    expect(files.filter(file => !code.includes(file)).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
      'protocol/README.md',
    ])
    expect(code.length).toBeGreaterThan(200)
    for (const file of code) expect(readFileSync(join(installed, file), 'utf8')).not.toContain('sourceMappingURL')
  })

  test('npx softfob runs', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    expect(run('npx', '--no-install', 'softfob', '--version')).toBe(`${version}\n`)
  })

  test('softfob demo --once tells its story to the end', () => {
    const story = run('npx', '--no-install', 'softfob', 'demo', '--once')
    expect(story).toMatch(/enables [A-Z]{4}\d{8} for alice/)
    expect(story.trimEnd().split('\n').at(-1)).toMatch(/accepted: /)
  })

  test('a program that imports every entry passes the compiler, and runs', () => {
    write('program.ts', program)
    write('sign-in.test.ts', vitestFile)
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2024', 'esnext.disposable'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      outDir: 'out',
    }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['program.ts', 'sign-in.test.ts'] }))
    expect(tsc('--project', folder)).toBe('')
    expect(JSON.parse(run(process.execPath, 'out/program.js'))).toEqual({
      code: '755224',
      same: true,
      users: 'alice',
      store: 'function',
      keyRing: 'undefined',
      rest: Array.from({ length: 8 }, () => 'function').join(),
    })
  })

  test('the compiler sees a mistake: the types are there', () => {
    write('mistake.ts', "import { createFob } from 'softfob'\nexport const code: number = await createFob().press()\n")
    expect(() => tsc('--ignoreConfig', '--module', 'nodenext', '--types', 'node', 'mistake.ts')).toThrow(
      /mistake\.ts.*Type 'string' is not assignable to type 'number'/,
    )
  })

  test('a Vitest test gets a lab from softfob/vitest', () => {
    write('sign-in.test.ts', vitestFile)
    const report = run(
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=tap-flat',
      'sign-in.test.ts',
    )
    expect(report).toMatch(/^ok 1 - .*a sign-in, once/m)
    expect(report).not.toMatch(/^not ok/m)
  })
})
