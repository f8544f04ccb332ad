/** Commits to the SQLite store, beside a raw write and flush; and a hundred sign-ins at once, beside one after the other. */

import { createSecretKey } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IdentityService } from '../../../host/identity/identity-service.ts'
import { openSqliteStore } from '../../../host/identity/store/sqlite-store.ts'
import type { Store } from '../../../host/identity/store/store.ts'
import { hotp, secretKey } from '../../../protocol/oath/hotp.ts'
import { stepOf } from '../../../protocol/oath/totp.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import type { Row } from '../row.ts'

const writes = 20
const people = 100

export async function* rows(): AsyncGenerator<Row, void> {
  const folder = mkdtempSync(join(tmpdir(), 'softfob-bench-'))
  try {
    await using store = await openSqliteStore(join(folder, 'store'))
    yield commitsAlone(store, join(folder, 'raw'))
    yield await signIns(store)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function commitsAlone(store: Store, rawPath: string): Row {
  const page = Buffer.alloc(4096, 1)
  let version = 0
  return {
    name: 'commits to the store, each awaited',
    peer: '4 KiB written and flushed (fdatasync)',
    operations: writes,
    ours: async () => {
      for (let count = 0; count < writes; count++) {
        const { result } = await store.commit([{ key: 'bench', expects: version++, value: 'x'.repeat(1000) }])
        if (result !== 'committed') throw new Error('somebody else writes to the store of the bench')
      }
    },
    theirs: () => {
      const file = openSync(rawPath, 'a')
      for (let count = 0; count < writes; count++) {
        writeSync(file, page)
        fdatasyncSync(file)
      }
      closeSync(file)
    },
  }
}

async function signIns(store: Store): Promise<Row> {
  const clock = new VirtualClock(1_767_225_600_000_000)
  const entropy = seededEntropy('bench')
  const keyRing = { current: 1, keys: new Map([[1, createSecretKey(entropy.bytes(32))]]) }
  const service = new IdentityService({ store, clock, entropy, keyRing, accountId: '000000000000' })
  const users = Array.from({ length: people }, (_, index) => {
    const [userName, secret] = [`user${index}`, entropy.bytes(20)]
    const key = secretKey(secret)
    const code = (stepsFromNow: number) => hotp(key, stepOf(clock.nowUs(), 30e6) + stepsFromNow)
    const signIn = async () => {
      const { result, explanation } = await service.verify({ userName, code: code(0) })
      if (result !== 'accepted') throw new Error(explanation)
    }
    return { userName, serialNumber: `GAHT${10_000_000 + index}`, secret, code, signIn }
  })
  for (const { userName, serialNumber, secret, code } of users) {
    await service.createUser(userName)
    await service.importDevice({ serialNumber, secret, kind: 'TOTP', hash: 'SHA-1', digits: 6, timeStepSeconds: 30 })
    await service.enableMfaDevice({ userName, serialNumber, code1: code(-1), code2: code(0) })
  }
  return {
    name: `sign-ins on SQLite, ${people} at once`,
    peer: 'the same, one after the other',
    operations: people,
    ours: async () => {
      await clock.fastForward({ seconds: 30 })
      await Promise.all(users.map(({ signIn }) => signIn()))
    },
    theirs: async () => {
      await clock.fastForward({ seconds: 30 })
      for (const { signIn } of users) await signIn()
    },
  }
}
