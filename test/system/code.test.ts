import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { missing, tier } from '../tier.ts'
import { Softfob } from './softfob.ts'

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA'

describe('a code', () => {
  test('is six digits and a newline on stdout, and there is nothing else', async () => {
    const softfob = new Softfob()
    await softfob.ask('new', 'alice')
    const { exitCode, stdout, stderr } = await softfob.run(['code', 'alice'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^\d{6}\n$/)
  })

  test('comes with its serial number and counter for a program', async () => {
    const softfob = new Softfob()
    await softfob.ask('new', 'alice', '--hotp')
    const shown = await softfob.askJson('code', 'alice')
    expect(shown).toEqual({
      code: expect.stringMatching(/^\d{6}$/),
      counter: 0,
      serialNumber: expect.stringMatching(/^GAHT\d{8}$/),
    })
  })
})

tier('codes agree with oathtool', missing('oathtool'), () => {
  describe.each(['SHA-1', 'SHA-256', 'SHA-512'])('%s', hash => {
    test.each([
      [6, 30],
      [7, 30],
      [8, 30],
      [6, 60],
      [7, 60],
      [8, 60],
    ])('%d digits every %d s', async (digits, step) => {
      const softfob = new Softfob()
      const options = ['--hash', hash, '--digits', String(digits), '--step', `${step}s`]
      const made = await softfob.run(['new', 'alice', '--secret', '-', ...options], `${secret}\n`)
      expect(made).toMatchObject({ exitCode: 0, stderr: '' })
      const { code, expiresAt } = (await softfob.askJson('code', 'alice')) as { code: string; expiresAt: string }
      const beganAt = new Date(Date.parse(expiresAt) - step * 1000).toISOString()
      const totp = [`--totp=${hash.replace('-', '')}`, '-d', String(digits), '-s', `${step}s`, '-N', beganAt]
      expect(code).toBe(oathtool(...totp))
    })
  })

  test.each([
    [6, 0],
    [7, 1],
    [8, 4_294_967_296],
    [6, 2 ** 52],
  ])('HOTP, %d digits, from counter %d on', async (digits, counter) => {
    const softfob = new Softfob()
    const options = ['--hotp', '--digits', String(digits), '--counter', String(counter)]
    await softfob.run(['new', 'alice', '--secret', '-', ...options], secret)
    for (let press = 0; press < 3; press++) {
      expect(await softfob.ask('code', 'alice')).toBe(oathtool('-d', String(digits), '-c', String(counter + press)))
    }
  })

  test('a key URI on stdin makes the fob that it describes', async () => {
    const softfob = new Softfob()
    const uri = `otpauth://hotp/ACME:alice?secret=${secret}&digits=8&counter=41&issuer=ACME`
    const made = await softfob.run(['new', 'alice', '--uri', '-'], `${uri}\n`)
    expect(made.stdout).toMatch(/^alice: HOTP, 8 digits, SHA-1, serial number GAHT\d{8}\n$/)
    expect(await softfob.ask('code', 'alice')).toBe(oathtool('-d', '8', '-c', '41'))
  })
})

function oathtool(...args: readonly string[]): string {
  return spawnSync('oathtool', ['-b', ...args, secret], { encoding: 'utf8' }).stdout.trimEnd()
}
