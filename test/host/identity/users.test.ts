import { expect, test } from 'vitest'
import { startService, startWithAlice } from './service-under-test.ts'

test('a user who was created is there, without devices', async () => {
  const { service, clock } = startService()
  const user = { userName: 'alice', createdAtUs: clock.nowUs(), serialNumbers: [] }
  expect(await service.createUser('alice')).toEqual({ result: 'created', user })
  expect(await service.getUser('alice')).toEqual(user)
  expect(await service.getUser('bob')).toBeUndefined()
})

test('of two who create one name at once the second is told to choose another', async () => {
  const { service } = startService()
  const [first, second] = await Promise.all([service.createUser('alice'), service.createUser('alice')])
  expect(first.result).toBe('created')
  expect(second).toMatchObject({
    result: 'rejected',
    reason: 'user-exists',
    explanation: 'there is a user alice already: choose another name',
  })
})

test.each(['a', 'x'.repeat(64), 'A.b_c+d=e,f@g-h', '__proto__'])('%s is a user name', async userName => {
  const { service } = startService()
  await service.createUser(userName)
  expect(await service.getUser(userName)).toMatchObject({ userName })
})

test.each(['', 'x'.repeat(65), 'a b', 'a/b', 'a:b', 'ä', 'a\n'])('%j is no user name', async userName => {
  await expect(startService().service.createUser(userName)).rejects.toThrow(RangeError)
})

test('users are listed by name, a page at a time', async () => {
  const { service } = startService()
  for (const userName of ['carol', 'alice', 'bob']) await service.createUser(userName)
  const first = await service.listUsers({ limit: 2 })
  expect(first.users.map(({ userName }) => userName)).toEqual(['alice', 'bob'])
  const second = await service.listUsers({ limit: 2, after: first.next })
  expect(second.users.map(({ userName }) => userName)).toEqual(['carol'])
  expect(second.next).toBeUndefined()
})

test('a user without devices can be deleted, once', async () => {
  const { service } = startService()
  await service.createUser('alice')
  expect(await service.deleteUser('alice')).toEqual({ result: 'deleted' })
  expect(await service.getUser('alice')).toBeUndefined()
  expect(await service.deleteUser('alice')).toMatchObject({ result: 'rejected', reason: 'no-such-user' })
})

test('a user with a device is kept until it is deactivated', async () => {
  const { service } = await startWithAlice()
  expect(await service.deleteUser('alice')).toMatchObject({
    result: 'rejected',
    reason: 'user-has-devices',
    explanation: 'alice has MFA devices: deactivate them first',
  })
  await service.deactivateMfaDevice({ serialNumber: 'GAHT12345678' })
  expect(await service.deleteUser('alice')).toEqual({ result: 'deleted' })
})
