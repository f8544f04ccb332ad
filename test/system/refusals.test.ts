import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { FobClient } from '../../host/fob-client.ts'
import { connectTcp } from '../../host/transport/tcp.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { expectRefusal, Softfob } from './softfob.ts'

async function withFob(): Promise<Softfob> {
  const softfob = new Softfob()
  await softfob.ask('new', 'alice', '--hotp', '--serial', 'GAHT12345678')
  return softfob
}

describe('a command line that makes no sense is refused with exit 2:', () => {
  test.each([
    ['lits', /there is no command lits: did you mean list\?; softfob --help lists them/],
    ['frobnicate', /there is no command frobnicate; softfob --help lists them/],
    ['__proto__', /there is no command __proto__/],
    ['help frob', /there is no command frob/],
    ['code', /code needs NAME, as in: softfob code alice/],
    ['code alice bob', /code takes no "bob"/],
    ['code alice --jsno', /code has no option --jsno: did you mean --json\?/],
    ['-x', /demo has no option -x; softfob demo --help lists them/],
    ['code alice --min-remaining', /--min-remaining needs a value; softfob code --help shows how/],
    ['new bob --serial --hotp', /--serial needs a value; softfob new --help shows how/],
    ['code alice --json=yes', /--json/],
    ['new bob --ppm fast', /--ppm wants a number, not "fast"/],
    ['new bob --digits 9', /--digits wants one of 6, 7, 8, not 9/],
    ['new bob --hash MD5', /--hash wants one of SHA-1, SHA-256, SHA-512, not MD5/],
    ['new bob --step 45s', /--step wants one of 30, 60, not 45/],
    ['new bob --secret ABCD --uri otpauth://totp/x', /give --uri or --secret, not both/],
    ['new bob --serial short', /"short" is no serial number: use 9 to 64/],
    ['new ../bob', /"\.\.\/bob" can't name a fob: use up to 64 letters/],
    ['new bob --uri https://example.com', /not a key URI: it has the form otpauth:\/\/totp\/LABEL\?secret=BASE32/],
    ['new bob --uri otpauth://totp/bob', /the key URI has no secret: add \?secret=BASE32/],
    ['new bob --uri otpauth://hotp/bob?secret=ABCD', /needs its counter: add &counter=0/],
    ['new bob --uri otpauth://totp/bob?secret=AB1D', /character 3 is "1" \(was I or L meant\?\)/],
    ['new bob --secret GEZD8BVG', /character 5 is "8" \(was B meant\?\)/],
    ['new bob --secret A', /ends in the middle of a byte, so a character is missing/],
    ['new bob --secret=', /the secret is empty/],
    ['new bob --hotp --counter -1', /counter must be an integer from 0 to 2⁵², not -1/],
    ['new bob --offset 5', /"5" is not a duration: write it like 90d/],
    ['code alice --min-remaining soon', /"soon" is not a duration/],
    ['register alice --user a/b', /userName must be 1 to 64 letters/],
    ['new bob --counter 5', /only an HOTP fob counts: give --counter with --hotp/],
    ['run alice --on usb', /can't be plugged in on "usb": use --on with one of pty, tcp/],
    ['run alice --on tcp --port 65536', /"65536" is no TCP port: use --port with 0 to 65535/],
    ['run alice --press often', /nobody can press "often": use --press auto, never or signal/],
    ['register alice', /whose shall it be\? softfob register alice --user alice/],
    ['resync alice', /whose is it\? softfob resync alice --user alice/],
    ['verify 123456', /whose code is it\? softfob verify --user alice 123456/],
  ])('softfob %s', async (line, says) => {
    const softfob = await withFob()
    expectRefusal(await softfob.run(line.split(' ')), says, 2)
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  })
})

describe('what cannot be done is refused with exit 1:', () => {
  test.each([
    ['code alcie', /there is no fob alcie: did you mean alice\?/],
    ['run bob', /there is no fob bob; softfob list shows those there are/],
    ['register bob --user x', /there is no fob bob/],
    ['new alice', /there is a fob alice already: choose another name/],
    ['new bob --serial GAHT12345678', /GAHT12345678 is that of alice: choose another, or leave --serial out/],
    [
      'verify 123456 --user alice --store /nonexistent.db',
      /there is no store \/nonexistent.db: softfob new NAME --store/,
    ],
  ])('softfob %s', async (line, says) => {
    const softfob = await withFob()
    expectRefusal(await softfob.run(line.split(' ')), says)
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ name: 'alice' }], errors: [] })
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  })

  test('a name that is unknown when there is no fob at all', async () => {
    expectRefusal(await new Softfob().run(['code', 'alice']), /no fob alice: make it with softfob new alice/)
  })

  test('a code of a store that is not there yet', async () => {
    const refused = await new Softfob().run(['verify', '123456', '--user', 'alice'])
    expectRefusal(refused, /there is no store yet: softfob new NAME, then softfob register NAME --user alice/)
  })

  test('a serial number that another home has in the same store, and the fob is not made', async () => {
    const [softfob, other] = [await withFob(), new Softfob()]
    const refused = await other.run(['new', 'bob', '--serial', 'GAHT12345678', '--store', `${softfob.home}/store.db`])
    expect(refused.exitCode).toBe(1)
    expect((await other.run(['list'])).stderr).toMatch(/^no fobs yet/)
  })
})

describe('the file of a fob', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    ['is cut short', text => text.slice(0, 1000), /alice\.fob can't be read, it is cut short.*: put back a copy of it/],
    ['is empty', () => '', /alice\.fob can't be read, it is cut short/],
    ['is of another version', text => text.replace('"version":1', '"version":9'), /version 9, and this softfob reads/],
    ['was changed', text => text.replace(/"box":".{4}/, '"box":"AAAA'), /was changed, or belongs to another key file/],
    [
      'got another name',
      text => text.replace('"name":"alice"', '"name":"bob"'),
      /is the fob bob: rename it to bob.fob/,
    ],
    ['got another serial number', text => text.replace('GAHT12345678', 'GAHT87654321'), /was changed/],
  ])('%s: refused, and it works again when it is put back', async (_, change, says) => {
    const softfob = await withFob()
    const path = `${softfob.home}/fobs/alice.fob`
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, change(text))
    for (const command of ['code', 'run']) expectRefusal(await softfob.run([command, 'alice']), says)
    expect(readFileSync(path, 'utf8')).toBe(change(text))
    writeFileSync(path, text)
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  })

  test('is a copy of another: refused, and list and doctor say so', async () => {
    const softfob = await withFob()
    copyFileSync(`${softfob.home}/fobs/alice.fob`, `${softfob.home}/fobs/bob.fob`)
    expectRefusal(await softfob.run(['code', 'bob']), /bob\.fob is the fob alice: delete this copy of it/)
    const listed = await softfob.run(['list'])
    expect(listed).toMatchObject({ exitCode: 1, stdout: 'alice            GAHT12345678   HOTP\n' })
    expect(listed.stderr).toMatch(/bob\.fob is the fob alice: delete this copy of it\n$/)
    expect((await softfob.run(['doctor'])).stdout).toMatch(/^✗ fobs .*delete this copy of it$/m)
  })
})

describe('the key file', () => {
  test('can be read by others: refused, and doctor finds it beside all the rest', async () => {
    const softfob = await withFob()
    chmodSync(`${softfob.home}/key`, 0o644)
    expectRefusal(await softfob.run(['code', 'alice']), /home\/key can be read by others: chmod 600 .*\/home\/key$/m)
    const { exitCode, stdout } = await softfob.run(['doctor'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^✓ node /)
    expect(stdout).toMatch(/^✗ key file .*chmod 600/m)
  })

  test.each([
    ['another', `${'0'.repeat(64)}\n`, /alice\.fob was changed, or belongs to another key file: put back/],
    ['none', 'hunter2\n', /holds no key \(64 hexadecimal digits\): put back the one that the fobs were sealed under/],
  ])('is %s: refused, and all works again when it is put back', async (_, text, says) => {
    const softfob = await withFob()
    const path = `${softfob.home}/key`
    const key = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    expectRefusal(await softfob.run(['code', 'alice']), says)
    writeFileSync(path, key)
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  })

  test('was lost: no other one is taken for it, and no code is given', async () => {
    const softfob = await withFob()
    rmSync(`${softfob.home}/key`)
    expectRefusal(
      await softfob.run(['code', 'alice']),
      /the key file .* is missing, and .* is sealed under it: put it back/,
    )
  })
})

describe('a store', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['is a folder', path => mkdirSync(path), /other\.db can't be used \(.*\): see that/],
    ['is a text', path => writeFileSync(path, 'x'.repeat(5000)), /other\.db is not a store: name another file/],
    [
      'is another program’s',
      path => exec(path, 'CREATE TABLE t (x)'),
      /is the database of another program: name another/,
    ],
  ])('that %s is refused, and left as it is', async (_, make, says) => {
    const softfob = await withFob()
    const path = `${softfob.home}/other.db`
    make(path)
    expectRefusal(await softfob.run(['new', 'bob', '--store', path]), says)
    expectRefusal(await softfob.run(['register', 'alice', '--user', 'alice', '--store', path]), says)
    expect(await softfob.askJson('list')).toMatchObject({ fobs: [{ name: 'alice' }], errors: [] })
  })

  test('of another version is refused, and a fob shows its codes without it', async () => {
    const softfob = await withFob()
    exec(`${softfob.home}/store.db`, 'PRAGMA user_version = 9')
    const says = /store\.db is of version 9, and this softfob reads version 1: use the softfob that wrote it/
    for (const line of ['new bob', 'register alice --user alice', 'verify 123456 --user alice', 'list'])
      expectRefusal(await softfob.run(line.split(' ')), says)
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 0 })
  })
})

function exec(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

test('a fob whose lock was deleted shows no code any more, and what others pressed stays pressed', async () => {
  const softfob = await withFob()
  const running = await softfob.plugIn('alice', '--on', 'tcp')
  const client = new FobClient(serialLink(await connectTcp({ port: running.ready.on[0]?.port ?? 0 })))
  await client.hello()
  expect((await client.getCode()).code).toMatch(/^\d{6}$/)
  rmSync(`${softfob.home}/fobs/.alice.lock`)
  expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 1 })
  await expect(client.getCode()).rejects.toMatchObject({ code: 'failed', reason: 'storage-failed' })
  client.close()
  const { exitCode, stderr } = await running.end('SIGTERM')
  expect(exitCode).not.toBe(0)
  expect(stderr).toMatch(/^(softfob: [^\n]+\n)+$/)
  expect(stderr).toMatch(/the lock on alice was lost .*: nothing was written; take the fob anew/)
  expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 2 })
})

test('a fob that goes while it is registered is missed in one line', async () => {
  const softfob = await withFob()
  const running = await softfob.plugIn('alice', '--press', 'never')
  const register = softfob.start(['register', 'alice', '--user', 'alice'])
  await register.says('press the button of alice')
  running.process.kill('SIGKILL')
  const { exitCode, stdout, stderr } = await register.ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/\nsoftfob: the fob is not connected any more: plug it in and connect again\n$/)
})
