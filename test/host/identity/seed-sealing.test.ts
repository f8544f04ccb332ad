import { createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { type SealedSeed, SeedSealer } from '../../../host/identity/seed-sealing.ts'
import { systemEntropy } from '../../../protocol/time/entropy.ts'

const secret = Buffer.from('12345678901234567890')
const serial = 'GAHT12345678'
const [first, second] = [1, 2].map(byte => createSecretKey(Buffer.alloc(32, byte)))
if (first === undefined || second === undefined) throw new Error('two keys are needed')

const sealer = (current: number, keys: ReadonlyMap<number, typeof first>, accountId = '123456789012') =>
  new SeedSealer({ keyRing: { current, keys }, accountId, entropy: systemEntropy })
const ours = sealer(1, new Map([[1, first]]))

test('a sealed seed opens as the key of its HMAC', () => {
  expect(ours.unseal(serial, ours.seal(serial, secret)).export()).toEqual(secret)
})

test('no two boxes of one seed are alike', () => {
  expect(ours.seal(serial, secret).box).not.toBe(ours.seal(serial, secret).box)
})

test('the key version is kept with the box, and a ring opens what its older keys sealed', () => {
  const old = ours.seal(serial, secret)
  const ring = sealer(
    2,
    new Map([
      [1, first],
      [2, second],
    ]),
  )
  expect(ring.seal(serial, secret).keyVersion).toBe(2)
  expect(ring.unseal(serial, old).export()).toEqual(secret)
})

const refusal = /^the seed of \S+ does not open: use the key file and account that it was sealed with$/

test.each<[string, (sealed: SealedSeed) => unknown]>([
  ['another serial number', sealed => ours.unseal('GAHT12345679', sealed)],
  ['another account', sealed => sealer(1, new Map([[1, first]]), '210987654321').unseal(serial, sealed)],
  ['another key', sealed => sealer(1, new Map([[1, second]])).unseal(serial, sealed)],
  ['another key version', sealed => sealer(2, new Map([[2, first]])).unseal(serial, { ...sealed, keyVersion: 2 })],
  ['a box cut short', sealed => ours.unseal(serial, { ...sealed, box: sealed.box.slice(0, 20) })],
  ['an empty box', sealed => ours.unseal(serial, { ...sealed, box: '' })],
])('under %s it does not open', (_, open) => {
  expect(() => open(ours.seal(serial, secret))).toThrow(refusal)
})

test('a box of which any one bit was changed does not open', () => {
  const sealed = ours.seal(serial, secret)
  const bytes = Buffer.from(sealed.box, 'base64')
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
    expect(() => ours.unseal(serial, { ...sealed, box: changed.toString('base64') })).toThrow(refusal)
  }
})

test('a key that is missing is named', () => {
  const sealed = { ...ours.seal(serial, secret), keyVersion: 3 }
  expect(() => ours.unseal(serial, sealed)).toThrow(
    'a seed was sealed under key 3: put that key back into the key ring',
  )
})

test('a ring that cannot seal is refused when it is given', () => {
  expect(() => sealer(2, new Map([[1, first]]))).toThrow(new RangeError('keyRing: there is no key 2 in it'))
  const short = createSecretKey(Buffer.alloc(16))
  expect(() => sealer(1, new Map([[1, short]]))).toThrow(RangeError)
})
