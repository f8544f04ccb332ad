/**
 * A command in a Linux of its own: Debian's kernel in QEMU, where the fob may be a real HID and USB device. The guest sees
 * the host's files, so it has our sources, node and every tool; what it writes is gone with it. It boots in seconds, also
 * without KVM.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { missing } from '../../tier.ts'
import { cpio, emptyFolder, file } from './cpio.ts'
import { fetchKernel, type Kernel, modulesFor } from './kernel.ts'

export interface GuestResult {
  readonly exitCode: number
  /** What the command wrote, to stdout and stderr. */
  readonly output: string
}

let kernel: Kernel | undefined

/** What this machine lacks for a guest, for `tier`; fetches the kernel, which takes ten seconds when it is the first time. */
export function guestLacks(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64'
  const program =
    missing('qemu-system-x86_64', 'qemu-system-x86') ?? missing('busybox', 'busybox-static') ?? missing('setpriv')
  if (program !== undefined) return program
  try {
    kernel ??= fetchKernel()
    return undefined
  } catch (error) {
    return `Debian's kernel: apt-get update and apt-get install kmod (${String(error).split('\n')[0]})`
  }
}

/**
 * Runs a command of the shell in the root of the repository, as root.
 * @param options.timeoutMs in real time, from power-on; a minute by default
 * @throws when the guest did not come to the end of the command; the message has the end of what its console said
 */
export async function runInGuest(command: string, options: { readonly timeoutMs?: number } = {}): Promise<GuestResult> {
  const { timeoutMs = 60_000 } = options
  const folder = mkdtempSync(join(tmpdir(), 'softfob-guest-run-'))
  const initramfs = join(folder, 'initramfs')
  const console = join(folder, 'console')
  try {
    kernel ??= fetchKernel()
    writeFileSync(initramfs, firstRoot(kernel, command))
    writeFileSync(console, '')
    const output = await boot(kernel.image, initramfs, console, timeoutMs)
    const end = /\nexit (\d+)\n$/.exec(output)
    if (end === null) {
      const said = readFileSync(console, 'utf8').trimEnd().split('\n').slice(-60).join('\n')
      throw new Error(
        `the guest went off before its command ended, in ${timeoutMs / 1000} s at most:\n${output}\nIts console:\n${said}`,
      )
    }
    return { exitCode: Number(end[1]), output: output.slice(0, end.index) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function firstRoot(kernel: Kernel, command: string): Uint8Array {
  const modules = modulesFor(kernel, ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay'])
  const repository = join(import.meta.dirname, '../../..')
  const settings = {
    VERSION: kernel.version,
    MODULES: join(kernel.root, 'lib/modules', kernel.version),
    FOLDER: repository,
  }
  return cpio([
    ...['bin', 'modules'].map(emptyFolder),
    file('init', readFileSync(join(import.meta.dirname, 'init.sh')), 0o755),
    file('bin/busybox', readFileSync('/bin/busybox'), 0o755),
    ...modules.map(path => file(`modules/${basename(path)}`, readFileSync(path))),
    file('modules/order', modules.map(path => `${basename(path)}\n`).join('')),
    file(
      'settings',
      Object.entries(settings)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
    ),
    file('command', `export PATH='${dirname(process.execPath)}':"$PATH"\n${command}\n`),
  ])
}

/** @returns all that came out of the guest's serial port */
async function boot(image: string, initramfs: string, console: string, timeoutMs: number): Promise<string> {
  const machine = ['-M', 'q35', '-cpu', 'max', '-smp', '2', '-m', '2048', '-accel', 'tcg,thread=multi']
  const devices = [
    ...['-nodefaults', '-display', 'none', '-no-reboot', '-serial', `file:${console}`],
    ...['-virtfs', 'local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap'],
    ...['-chardev', 'stdio,id=output,signal=off', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=output,name=output'],
  ]
  const linux = ['-kernel', image, '-initrd', initramfs, '-append', 'console=ttyS0 panic=-1 mitigations=off']
  // Ends with us, however we end.
  const guest = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...machine, ...devices, ...linux], {
    // QEMU takes the end of its input for the end of the whole serial port.
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  return text(guest.stdout)
}
