import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { controlAddress } from '../../../firmware-sim/drawer/control-address.ts'

let temporary = ''
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'softfob-address-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

test('is the same for one fob, however its drawer is named, and another for every other', () => {
  const one = controlAddress('/home/alice/fobs', 'work')
  expect(controlAddress('/home/alice/fobs/', 'work')).toBe(one)
  expect(controlAddress(relative('.', '/home/alice/fobs'), 'work')).toBe(one)
  expect(controlAddress('/home/alice/fobs', 'home')).not.toBe(one)
  expect(controlAddress('/home/bob/fobs', 'work')).not.toBe(one)
})

test('is short enough for a socket, however deep the drawer lies', () => {
  vi.stubEnv('TMPDIR', '/tmp')
  expect(controlAddress(`/${'deep/'.repeat(50)}`, 'x'.repeat(64)).length).toBeLessThan(100)
})

test('lies in a folder that only its owner can enter', () => {
  const folder = dirname(controlAddress('/home/alice/fobs', 'work'))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

describe('a folder in which somebody else could pose as the fob is refused', () => {
  const place = () => join(temporary, `softfob-${userInfo().uid}`)

  test('because others may enter it', () => {
    mkdirSync(place())
    chmodSync(place(), 0o755)
    expect(() => controlAddress('/home/alice/fobs', 'work')).toThrow(
      expect.objectContaining({ code: 'foreign-folder' }),
    )
  })

  test('because it is a link to another place', () => {
    mkdirSync(join(temporary, 'elsewhere'), { mode: 0o700 })
    symlinkSync(join(temporary, 'elsewhere'), place())
    expect(() => controlAddress('/home/alice/fobs', 'work')).toThrow('is not a folder of yours alone')
  })
})
