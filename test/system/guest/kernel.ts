/** Debian's own kernel with its modules, fetched and unpacked once, never installed. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Kernel {
  /** As `uname -r` prints it. */
  readonly version: string
  /** The bootable file. */
  readonly image: string
  /** The folder in which `lib/modules/VERSION` is. */
  readonly root: string
}

/** @throws when this machine has no apt, its lists know no kernel, or it can't be downloaded */
export function fetchKernel(): Kernel {
  const packageName = /Depends: (linux-image-\S+)/.exec(run('apt-cache', ['depends', 'linux-image-amd64']))?.[1]
  if (packageName === undefined) throw new Error('apt knows no linux-image-amd64')
  const cache = join(process.env.XDG_CACHE_HOME ?? tmpdir(), 'softfob-guest')
  const root = join(cache, packageName)
  if (!existsSync(root)) unpack(packageName, cache, root)
  const [version = ''] = readdirSync(join(root, 'lib/modules'))
  return { version, image: join(root, 'boot', `vmlinuz-${version}`), root }
}

/** What is at `root` is whole: it is made elsewhere and moved there; whoever is second to do so throws its own away. */
function unpack(packageName: string, cache: string, root: string): void {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'new-'))
  try {
    run('apt-get', ['download', packageName], folder)
    const [archive = ''] = readdirSync(folder)
    const unpacked = join(folder, 'root')
    run('dpkg', ['-x', join(folder, archive), unpacked])
    const [version = ''] = readdirSync(join(unpacked, 'lib/modules'))
    run('depmod', ['-b', unpacked, version])
    renameSync(unpacked, root)
  } catch (error) {
    if (!existsSync(root)) throw error
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The modules that are needed for those named, files, each after those it needs itself. */
export function modulesFor({ root, version }: Kernel, names: readonly string[]): string[] {
  const lines = run('modprobe', ['-a', '-d', root, '-S', version, '--show-depends', ...names])
  return [...new Set(Array.from(lines.matchAll(/^insmod (\S+)/gm), ([, path = '']) => path))]
}

/** An ordinary user's PATH lacks the folder of kmod's programs. */
function run(program: string, args: readonly string[], cwd?: string): string {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, LC_ALL: 'C' }
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
