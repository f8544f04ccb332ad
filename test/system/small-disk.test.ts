import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tier } from '../tier.ts'
import { program, Softfob } from './softfob.ts'

/** A mount that only the process sees which makes it, so that nothing is left behind. */
const ownMounts = ['--map-root-user', '--mount']
const mayMount = spawnSync('unshare', [...ownMounts, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

/** Runs a shell script in a home on a disk of 128 KB of its own. @returns what it says on stdout and stderr */
function onSmallDisk(script: string): string[] {
  const softfob = new Softfob()
  mkdirSync(softfob.home)
  const prelude = `
    mount -t tmpfs -o size=128k tmpfs "$SOFTFOB_HOME" && cd "$SOFTFOB_HOME" || exit
    exec 2>&1
    softfob() { '${process.execPath}' '${program}' "$@" || echo "exit $?"; }
    fill() { cat /dev/zero 2>/dev/null > filled; }
    softfob new alice --hotp --serial GAHT12345678 --secret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
  `
  const { environment: env } = softfob
  const { stdout } = spawnSync('unshare', [...ownMounts, 'sh', '-c', prelude + script], { env, encoding: 'utf8' })
  const [made, ...said] = stdout.trimEnd().split('\n')
  expect(made).toBe('alice: HOTP, 6 digits, SHA-1, serial number GAHT12345678')
  return said
}

/** RFC 4226, appendix D. */
const codes = ['755224', '287082', '359152', '969429']

tier(
  'on a disk that is full',
  mayMount
    ? undefined
    : 'mounts of a process’s own: be root, or allow user namespaces (sysctl user.max_user_namespaces)',
  () => {
    test('no code is shown that was not recorded, and the fob works again when there is room', () => {
      const [first, refused, exit, ...later] = onSmallDisk(`
        softfob code alice
        fill; softfob code alice
        rm filled; softfob code alice; softfob code alice`)
      expect(first).toBe(codes[0])
      expect(refused).toMatch(/^softfob: .* full: see that \/.*\/home is a folder of yours with room on its disk/)
      expect([exit, ...later]).toEqual(['exit 1', codes[1], codes[2]])
    })

    test('with room for a lock and none for a fob, the LCD shows an error', () => {
      const [refused, exit, ...later] = onSmallDisk(`
        fill; truncate -s -4096 filled; softfob code alice
        ls fobs
        rm filled; softfob code alice`)
      expect(refused).toMatch(
        /^softfob: this fob shows Err 1: .* no code was given \(.*the disk is full: make room there/,
      )
      expect([exit, ...later]).toEqual(['exit 1', 'alice.fob', codes[0]])
    })

    test('a fob that runs shows an error as well, and goes on when there is room', () => {
      const [ready, first, refused, exit, ...later] = onSmallDisk(`
        '${process.execPath}' '${program}' run alice --on tcp & until softfob list | grep -q running; do :; done
        softfob code alice
        fill; softfob code alice
        rm filled; softfob code alice
        kill $!; wait $!
        softfob code alice`)
      expect(ready).toMatch(/^\{"ready":true/)
      expect(first).toBe(codes[0])
      expect(refused).toMatch(/^softfob: this fob shows Err 1: .*the disk is full: make room there/)
      expect([exit, ...later]).toEqual(['exit 1', codes[1], codes[2]])
    })

    test('no fob is made without its record in the store, nor the other way round', () => {
      const [refused, exit, ...later] = onSmallDisk(`
        fill; softfob new bob
        rm filled; softfob list; softfob new bob --serial GAHT00000001`)
      expect(refused).toMatch(/^softfob: .* has room$/)
      expect([exit, ...later]).toEqual([
        'exit 1',
        'alice            GAHT12345678   HOTP',
        'bob: TOTP, 6 digits, SHA-1, every 30 s, serial number GAHT00000001',
      ])
    })

    test('on one that may not be written to, each refusal says so, and doctor as well', () => {
      const said = onSmallDisk(`
        mount -o remount,ro "$SOFTFOB_HOME"
        softfob code alice; softfob new bob; softfob register alice --user alice; softfob doctor`)
      const [code, exit1, bob, exit2, registered, exit3, ...findings] = said
      for (const refused of [code, bob, registered]) {
        expect(refused).toMatch(/^softfob: .*(set SOFTFOB_HOME to another|see that its folder .* may be written to.*)$/)
      }
      expect([exit1, exit2, exit3]).toEqual(['exit 1', 'exit 1', 'exit 1'])
      expect(findings.join('\n')).toMatch(/^✗ folder .*set SOFTFOB_HOME to another$/m)
      expect(findings.at(-1)).toBe('exit 1')
    })
  },
)
