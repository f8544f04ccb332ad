/** The identity service on a store file, as commands open it. */

import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemEntropy } from '../../protocol/time/entropy.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import { IdentityService } from '../identity/identity-service.ts'
import { openSqliteStore } from '../identity/store/sqlite-store.ts'
import { keyFor } from './key-file.ts'
import type { Paths } from './surroundings.ts'

/** The account of a store that nobody gave another: it looks like one, and is none of AWS's. */
const accountId = '000000000000'

export interface OpenService extends AsyncDisposable {
  readonly service: IdentityService
}

/** @param file a store, made when there is none; by default the one in the user's folder. @throws StoreError */
export async function openService(paths: Paths, file = paths.store): Promise<OpenService> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // Before the store: no key is made for one that is there already.
  const keyRing = { current: 1, keys: new Map([[1, keyFor('store', paths)]]) }
  const opened = await openSqliteStore(file)
  const service = new IdentityService({ store: opened, clock: systemClock, entropy: systemEntropy, keyRing, accountId })
  return { service, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

/** The same for commands that only ask: undefined when there is no such file. @throws Error when the file was named */
export async function openExistingService(paths: Paths, file: string | undefined): Promise<OpenService | undefined> {
  if (existsSync(file ?? paths.store)) return openService(paths, file)
  if (file === undefined) return undefined
  throw new Error(`there is no store ${file}: softfob new NAME --store ${file} makes it`)
}
