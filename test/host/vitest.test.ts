import { expect, test } from '../../host/vitest.ts'

test('ninety days of drift, then a sign-in, once', async ({ lab }) => {
  const alice = await lab.addUser('alice')
  const fob = await lab.addFob({ serialNumber: 'GAHT12345678', crystal: { ppm: 20 } })
  await alice.register(fob) // two consecutive codes; no real time passes
  await lab.clock.fastForward({ days: 90 })
  const code = await fob.press()
  expect(fob.lcd.text).toBe(code)
  expect(await alice.signIn(code)).toMatchObject({ result: 'accepted' })
  expect(await alice.signIn(code)).toMatchObject({ result: 'rejected', reason: 'replayed' })
})

test('each test has a lab of its own', async ({ lab }) => {
  expect(await lab.service.getUser('alice')).toBeUndefined()
  expect(await lab.service.getMfaDevice('GAHT12345678')).toBeUndefined()
})
