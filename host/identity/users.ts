/** Users: a name, and the MFA devices that are enabled for it. */

import type { IdentityCore } from './core.ts'
import { checkUserName, type User, userKey, userPrefix } from './documents.ts'
import { type Refusal, refuse } from './refusal.ts'
import { create, type Page, remove, transact } from './store/store.ts'

export type CreateUserOutcome = { readonly result: 'created'; readonly user: User } | Refusal<'user-exists'>

export type DeleteUserOutcome = { readonly result: 'deleted' } | Refusal<'no-such-user' | 'user-has-devices'>

/** @throws RangeError for a name that is none: 1 to 64 of `[\w+=,.@-]` */
export async function createUser({ store, clock }: IdentityCore, userName: string): Promise<CreateUserOutcome> {
  checkUserName(userName)
  const user: User = { userName, createdAtUs: clock.nowUs(), serialNumbers: [] }
  const { result } = await store.commit([create(userKey(userName), user)])
  return result === 'committed' ? { result: 'created', user } : refuse('user-exists', { userName })
}

export async function getUser({ store }: IdentityCore, userName: string): Promise<User | undefined> {
  return (await store.get(userKey(userName)))?.value
}

/** By name. */
export async function listUsers(
  { store }: IdentityCore,
  { limit, after }: Page,
): Promise<{ readonly users: readonly User[]; readonly next: string | undefined }> {
  const { documents, next } = await store.list(userPrefix, { limit, after: after && userKey(after) })
  return { users: documents.map(({ value }) => value), next: next?.slice(userPrefix.length) }
}

export function deleteUser({ store }: IdentityCore, userName: string): Promise<DeleteUserOutcome> {
  return transact<DeleteUserOutcome>(store, async () => {
    const user = await store.get(userKey(userName))
    if (user === undefined) return { outcome: refuse('no-such-user', { userName }), writes: [] }
    if (user.value.serialNumbers.length > 0) {
      return { outcome: refuse('user-has-devices', { userName }), writes: [] }
    }
    return { outcome: { result: 'deleted' }, writes: [remove(user)] }
  })
}
