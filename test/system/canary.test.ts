import { createSecretKey } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createFob, restoreFob } from '../../firmware-sim/create-fob.ts'
import { Drawer } from '../../firmware-sim/drawer/drawer.ts'
import type { Fob } from '../../firmware-sim/fob.ts'
import { memoryCable, memoryPort } from '../../firmware-sim/transport/memory.ts'
import type { Port } from '../../firmware-sim/transport/port.ts'
import { ptyPort } from '../../firmware-sim/transport/pty.ts'
import { tcpPort } from '../../firmware-sim/transport/tcp.ts'
import { jsonStage, linesStage } from '../../host/cli/demo/lines-stage.ts'
import { tellStory } from '../../host/cli/demo/story.ts'
import { FobClient } from '../../host/fob-client.ts'
import { IdentityService } from '../../host/identity/identity-service.ts'
import { openSqliteStore } from '../../host/identity/store/sqlite-store.ts'
import { createLab } from '../../host/lab/lab.ts'
import { seedOf } from '../../host/lab/seed-of.ts'
import { registerFob } from '../../host/registration/register-fob.ts'
import { connectMemory } from '../../host/transport/memory.ts'
import { connectSerial } from '../../host/transport/serial.ts'
import { connectTcp } from '../../host/transport/tcp.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { encodeBase32 } from '../../protocol/oath/base32.ts'
import { formatKeyUri, parseKeyUri } from '../../protocol/oath/key-uri.ts'
import { seededEntropy } from '../../protocol/time/entropy.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'
import { temporaryFile } from '../host/identity/temporary-folder.ts'
import { Lookout } from './lookout.ts'
import { Softfob } from './softfob.ts'

/** The canary: bytes that come up by chance nowhere. */
const secret = Buffer.from('ca9a21ed5eedfeedfacec0dedeadbea7ab1e0dd5', 'hex')
const key = { kind: 'TOTP', hash: 'SHA-1', digits: 6, timeStepSeconds: 30, counter: 0 } as const
const uri = formatKeyUri({ ...key, secret, label: 'alice', issuer: 'SoftFob' })

type OpenLine = () => Promise<{ readonly port: Port; readonly connect: () => Promise<ByteChannel> }>

const openMemory: OpenLine = async () => {
  const port = memoryPort()
  return { port, connect: async () => connectMemory(port) }
}

const openTcp: OpenLine = async () => {
  const port = await tcpPort()
  return { port, connect: () => connectTcp(port) }
}

const openPty: OpenLine = async () => {
  const port = await ptyPort()
  return { port, connect: () => connectSerial(port.path) }
}

const lines = { memory: openMemory, TCP: openTcp, ...(process.platform !== 'win32' && { PTY: openPty }) }

/** Everything in process: a fob out of a drawer, a service on SQLite, and hosts on lines of every kind. */
class Bench {
  readonly lookout = new Lookout()
  readonly clock = new VirtualClock(1_795_528_810_000_000)
  readonly entropy = seededEntropy('canary')
  readonly folder = dirname(temporaryFile('store.db'))
  readonly drawer = new Drawer({
    folder: join(this.folder, 'fobs'),
    key: createSecretKey(this.entropy.bytes(32)),
    clock: this.clock,
    entropy: this.entropy,
  })

  wait = (us: number) => this.clock.runFor({ microseconds: us })

  /** A session of a host, on a line of its own, from the greeting to the pulled plug. */
  async session(fob: Fob, name: string, open: OpenLine, talk: (client: FobClient) => Promise<void>) {
    const { lookout, entropy } = this
    const { port, connect } = await open()
    fob.plug(port)
    const channel = lookout.watch(name, await connect())
    const client = new FobClient(serialLink(channel), { entropy })
    lookout.saw(`greeting over ${name}`, [await client.hello(), await client.readStatus(), await client.readClock()])
    await talk(client)
    const link = serialLink(channel)
    for (let opcode = 0; opcode < 256; opcode++) link.send(Uint8Array.of(0, 1, opcode, opcode, 0xa0))
    lookout.saw(`serial number over ${name}`, await client.readSerialNumber())
    const lost = client.getCode()
    fob.unplug(port)
    channel.close()
    await lookout.sawFailure(`pulled plug of ${name}`, () => lost)
  }
}

test('in all that a fob and a service send, store, tell and throw, the seed is nowhere to be seen', async () => {
  const bench = new Bench()
  const { lookout, clock, entropy, drawer, folder, wait } = bench
  drawer.make('alice', { ...key, secret, crystal: { ppm: 20 } })
  const { fob, save, putBack } = drawer.take('alice')
  const store = await openSqliteStore(join(folder, 'store.db'))
  const keyRing = { current: 1, keys: new Map([[1, createSecretKey(entropy.bytes(32))]]) }
  const service = new IdentityService({ store, clock, entropy, keyRing, accountId: '123456789012' })
  const { serialNumber } = fob
  const user = { userName: 'alice', serialNumber }
  lookout.saw('import', await service.importDevice(seedOf(fob, secret, { ppm: 20 })))
  lookout.saw('second import', await service.importDevice(seedOf(fob, secret)))
  lookout.saw('user', await service.createUser('alice'))

  const press = () => void fob.press()
  await bench.session(fob, 'memory at registration', openMemory, async client => {
    const { outcome } = await registerFob(client, service, { userName: 'alice', wait, onPress: press })
    expect(outcome.result).toBe('enabled')
    lookout.saw('registration', outcome)
  })
  for (const [name, open] of Object.entries(lines)) {
    await clock.fastForward({ days: 30 })
    await bench.session(fob, name, open, async client => {
      const { code } = await client.getCode({ onProgress: press })
      const outcome = await service.verify({ userName: 'alice', code })
      expect(outcome.result).toBe('accepted')
      lookout.saw(`sign-in over ${name}`, outcome)
      lookout.saw('replay', await service.verify({ ...user, code }))
      lookout.saw('wrong code', await service.verify({ ...user, code: 'wrong' }))
    })
    const pair: string[] = []
    for (let count = 0; count < 2; count++) {
      await clock.runFor({ seconds: 30 })
      pair.push(await fob.press())
    }
    const [code1 = '', code2 = ''] = pair
    lookout.saw('resync', await service.resyncMfaDevice({ ...user, code1, code2 }))
    lookout.saw('wrong pair', await service.resyncMfaDevice({ ...user, code1: code2, code2: code1 }))
  }
  save()
  expect(lookout.sawFolder(folder).toSorted()).toEqual(
    expect.arrayContaining(['fobs/alice.fob', 'store.db', 'store.db-shm', 'store.db-wal']),
  )
  await putBack()
  await store[Symbol.asyncDispose]()
  await lookout.sawFailure('closed store', () => service.verify({ ...user, code: '000000' }))
  expect(lookout.sawFolder(folder)).toContain('store.db')
  lookout.saw('fob', fob)
  lookout.saw('service', service)
  lookout.saw('drawer', drawer)
  for (const snapshot of [fob.snapshot(), fob.snapshot(createSecretKey(entropy.bytes(32)))]) {
    lookout.saw('snapshot', snapshot)
    lookout.saw('vault', Buffer.from(snapshot.vault, 'base64'))
  }
  expect(lookout.streamed).toBeGreaterThan(Object.keys(lines).length * 256 * 8)
  expect(lookout.sightings(secret)).toEqual([])
})

test('neither a lab nor the demo in it shows the seed of its fob', async () => {
  const lookout = new Lookout()
  for (const stageOn of [linesStage, jsonStage]) {
    await using lab = await createLab({ seed: 'canary' })
    const fob = await lab.addFob({ secret, crystal: { ppm: 20 } })
    const said: string[] = []
    await tellStory(
      lab,
      fob,
      stageOn(lab, fob, line => said.push(line)),
    )
    expect(said.join('\n')).toContain('accepted')
    lookout.saw('story', said.join('\n'))
    lookout.saw('lab', lab)
    lookout.saw('decisions', await lab.service.listDecisions({ limit: 100 }))
    lookout.saw('devices', await lab.service.listAllMfaDevices({ limit: 100 }))
  }
  expect(lookout.sightings(secret)).toEqual([])
})

test('no error shows the seed that it is about, nor does its cause', async () => {
  const lookout = new Lookout()
  const base32 = encodeBase32(secret)
  const fob = createFob({ secret })
  const snapshot = fob.snapshot()
  const failures: readonly (() => unknown)[] = [
    () => createFob({ secret: `${base32}1` }),
    () => createFob({ secret: `${base32}A` }),
    () => createFob({ secret, serialNumber: 'short' }),
    () => parseKeyUri(`x${uri}`),
    () => parseKeyUri(uri.replace('digits=6', 'digits=9')),
    () => parseKeyUri(uri.replace(base32, `${base32}8`)),
    () => restoreFob(snapshot, createSecretKey(Buffer.alloc(32))),
    () => restoreFob({ ...snapshot, serialNumber: 'GAHT00000009' }),
    () => {
      fob.tamper()
      return fob.press()
    },
  ]
  for (const [index, failure] of failures.entries()) await lookout.sawFailure(`failure ${index}`, failure)
  expect(lookout.sightings(secret)).toEqual([])
})

test('no command prints the seed, leaves it in a file, or repeats it to who has mistyped it', async () => {
  const lookout = new Lookout()
  const softfob = new Softfob({ SOFTFOB_TRACE: '1', NODE_DISABLE_COMPILE_CACHE: '1' })
  const says = async (args: readonly string[], exitCode: number, input = '') => {
    const ended = await softfob.run(args, input)
    expect({ args, ...ended }).toMatchObject({ args, exitCode })
    lookout.saw(`stdout of ${args[0]}`, ended.stdout)
    lookout.saw(`stderr of ${args[0]}`, ended.stderr)
    return ended.stdout.trimEnd()
  }
  const base32 = encodeBase32(secret)
  await says(['new', 'alice', '--hotp', '--secret', '-'], 0, `${base32}\n`)
  await says(['new', 'work', '--uri', uri, '--json'], 0)
  await says(['register', 'alice', '--user', 'alice'], 0)
  const code = await says(['code', 'alice'], 0)
  await says(['code', 'work', '--json'], 0)
  await says(['verify', '--user', 'alice', code], 0)
  await says(['verify', '--user', 'alice', code, '--json'], 3)
  await says(['verify', '--user', 'alice', '000000'], 3)
  await says(['resync', 'alice', '--user', 'alice', '--json'], 0)
  await says(['list'], 0)
  await says(['list', '--json'], 0)
  await says(['doctor', '--json'], 0)

  await says(['new', 'bob', '--secret', `${base32}1`], 2)
  await says(['new', 'bob', '--uri', uri.replace('digits=6', 'digits=9')], 2)
  await says(['new', 'bob', '--uri', uri, '--secret', base32], 2)
  await says(['new', 'alice', '--uri', uri], 1)
  await says(['new', uri], 2)
  await says(['new', 'bob', '--serial', uri], 2)
  await says(['code', uri], 1)
  await says(['code', 'alice', uri, '--json'], 2)
  await says([uri], 2)
  await says(['verify', '--user', uri, code], 3)

  lookout.sawFolder(softfob.home)
  writeFileSync(join(softfob.home, 'key'), `${'0'.repeat(64)}\n`)
  await says(['code', 'alice'], 1)
  await says(['verify', '--user', 'alice', '000000'], 1)
  lookout.sawFolder(softfob.home)
  expect(lookout.sightings(secret)).toEqual([])
})

test('a seed that leaks anywhere is found there', async () => {
  const lookout = new Lookout()
  const folder = join(dirname(temporaryFile('x')), 'deep')
  mkdirSync(folder)
  writeFileSync(join(folder, 'log'), `seed ${secret.toString('hex').toUpperCase()}`)
  expect(lookout.sawFolder(dirname(folder))).toEqual(['deep/log'])
  lookout.saw('line', uri)
  lookout.saw(
    'object',
    Object.defineProperty({}, 'hidden', { value: { deep: [[[[[...secret]]]]] }, enumerable: false }),
  )
  lookout.saw('document', { seed: secret })
  await lookout.sawFailure('error', () => {
    throw new Error('no', { cause: new Error(secret.toString('base64')) })
  })
  const [near, far] = memoryCable()
  const line = lookout.watch('line', near)
  line.write(secret.subarray(0, 7))
  line.write(secret.subarray(7))
  const arrived = new Promise(resolve => line.onData(resolve))
  far.write(Buffer.from(secret.toString('base64url')))
  await arrived
  expect(lookout.sightings(secret)).toEqual([
    'deep/log: hex',
    'line: base32',
    'object: number array',
    'document: hex',
    'document, as JSON: number array',
    'error: base64',
    'line, sent: raw',
    'line, received: base64',
  ])
})
