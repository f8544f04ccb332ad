import { createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Vault } from '../../../firmware-sim/parts/vault.ts'
import { seededEntropy } from '../../../protocol/time/entropy.ts'
import { sightings } from '../sightings.ts'

const secret = Buffer.from('12345678901234567890')
const key = createSecretKey(Buffer.alloc(32, 1))
const otherKey = createSecretKey(Buffer.alloc(32, 2))

function personalised(): Vault {
  const vault = Vault.blank()
  vault.personalise(secret)
  return vault
}

test('takes a secret once and answers HMACs (RFC 4226 appendix D)', () => {
  const vault = personalised()
  expect(vault.hmac(0, 'SHA-1').toString('hex')).toBe('cc93cf18508d94934c64b65d8ba7667fb7cde4b0')
  expect(() => vault.personalise(secret)).toThrow('a vault takes a secret once, and this one is personalised')
})

test('keeps its secret when the buffer that it came in is wiped', () => {
  const vault = Vault.blank()
  const bytes = Uint8Array.from(secret)
  vault.personalise(bytes)
  bytes.fill(0)
  expect(vault.hmac(0, 'SHA-1')).toEqual(personalised().hmac(0, 'SHA-1'))
})

test('refuses an empty secret and stays blank', () => {
  const vault = Vault.blank()
  expect(() => vault.personalise(new Uint8Array())).toThrow(RangeError)
  expect(vault.state).toBe('blank')
})

test('answers nothing while it is blank, nor once it is erased, and takes no other secret then', () => {
  expect(() => Vault.blank().hmac(0, 'SHA-1')).toThrow('this vault is blank')
  const vault = personalised()
  vault.erase()
  expect(vault.state).toBe('erased')
  expect(() => vault.hmac(0, 'SHA-1')).toThrow('this vault is erased')
  expect(() => vault.personalise(secret)).toThrow('this one is erased')
})

describe('sealed', () => {
  test.each([
    ['blank', Vault.blank()],
    ['personalised', personalised()],
    ['erased', erased()],
  ] as const)('a %s vault is the same when it is opened', (state, vault) => {
    const opened = Vault.unseal(vault.seal(key, 'GAHT12345678', seededEntropy(1)), key, 'GAHT12345678')
    expect(opened.state).toBe(state)
    if (state === 'personalised') expect(opened.hmac(5, 'SHA-256')).toEqual(vault.hmac(5, 'SHA-256'))
  })

  test('opens with no other key and for no other fob', () => {
    const box = personalised().seal(key, 'GAHT12345678', seededEntropy(1))
    expect(() => Vault.unseal(box, otherKey, 'GAHT12345678')).toThrow()
    expect(() => Vault.unseal(box, key, 'GAHT12345679')).toThrow()
  })

  test('opens with no bit changed and at no other length', () => {
    const box = Buffer.from(personalised().seal(key, 'GAHT12345678', seededEntropy(1)), 'base64')
    const opens = (bytes: Buffer) => () => Vault.unseal(bytes.toString('base64'), key, 'GAHT12345678')
    for (let bit = 0; bit < box.length * 8; bit++) {
      const changed = Buffer.from(box)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(opens(changed)).toThrow()
    }
    for (let length = 0; length < box.length; length++) expect(opens(box.subarray(0, length))).toThrow()
  })

  test('is another box each time', () => {
    const entropy = seededEntropy(1)
    const vault = personalised()
    expect(vault.seal(key, 'x', entropy)).not.toBe(vault.seal(key, 'x', entropy))
  })
})

test('shows its secret to nobody: not by inspection, as JSON, by a property, a method or an error', () => {
  const vault = personalised()
  const seen: unknown[] = [
    inspect(vault, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(vault),
    `${vault}`,
    Object.getOwnPropertyNames(vault),
    vault.seal(key, 'x', seededEntropy(1)),
    vault.hmac(0, 'SHA-1'),
  ]
  for (const attempt of [() => vault.personalise(Buffer.from('another')), () => Vault.unseal('AAAA', key, 'x')]) {
    try {
      attempt()
    } catch (error) {
      seen.push(inspect(error, { depth: null, showHidden: true }))
    }
  }
  expect(seen).toHaveLength(8)
  expect(seen.flatMap(text => sightings(secret, text))).toEqual([])
})

test('has no other method than these', () => {
  expect(Object.getOwnPropertyNames(Vault.prototype).sort()).toEqual([
    'constructor',
    'erase',
    'hmac',
    'personalise',
    'seal',
    'state',
  ])
})

function erased(): Vault {
  const vault = personalised()
  vault.erase()
  return vault
}
