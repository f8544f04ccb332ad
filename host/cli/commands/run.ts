/** softfob run: plugs a fob in and stays, with its front panel here or one ready line for a program. */

import { serveControl } from '../../../firmware-sim/drawer/control.ts'
import { controlAddress } from '../../../firmware-sim/drawer/control-address.ts'
import type { FobInHand } from '../../../firmware-sim/drawer/drawer.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { readCode } from '../../../firmware-sim/reading.ts'
import type { Port } from '../../../firmware-sim/transport/port.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { type Call, command, UsageError } from '../command.ts'
import { checkKnown, openDrawer } from '../drawer.ts'

const options = {
  on: { type: 'string', multiple: true, value: 'pty|tcp', help: 'where to plug it in; may be given twice (pty)' },
  port: { type: 'string', value: 'N', help: 'the TCP port; 0 for any free one (0)' },
  press: {
    type: 'string',
    value: 'auto|never|signal',
    help: 'who presses: whenever a host asks, nobody, or SIGUSR1 (auto when there is no terminal, else you)',
  },
} as const

export const run = command({
  summary:
    'Plugs a fob in and shows its front panel; without a terminal, prints one ready line and stays until SIGINT or SIGTERM (exit 0).',
  examples: ['run alice --on pty', 'run alice --on tcp --port 0 --press auto --json'],
  positionals: ['NAME'],
  options,
  async run(call) {
    const {
      positionals: [name = ''],
      paths,
      json,
      stdout,
    } = call
    const drawer = openDrawer(paths)
    checkKnown(drawer, name)
    const hand = drawer.take(name)
    const { fob } = hand
    try {
      const ports = await plugIn(fob, call)
      using _control = await serveControl(controlAddress(drawer.folder, name), {
        serialNumber: fob.serialNumber,
        press: ({ minRemainingUs }) => readCode(fob, systemClock, { minRemainingUs }),
        connect: channel => fob.connect(channel),
      })
      const person = stdout.isTTY && !json
      standIn(fob, call, person)
      if (person) await watch(hand, ports, call)
      else await stay(fob, ports, call)
      hand.save()
    } finally {
      await hand.putBack()
    }
  },
})

async function plugIn(fob: Fob, { values }: Call<typeof options>): Promise<Port[]> {
  const ports: Port[] = []
  for (const kind of values.on ?? ['pty']) {
    const port = await openPort(kind, values.port)
    fob.plug(port)
    ports.push(port)
  }
  return ports
}

async function openPort(kind: string, number = '0'): Promise<Port> {
  if (kind === 'pty') return (await import('../../../firmware-sim/transport/pty.ts')).ptyPort()
  if (kind !== 'tcp') throw new UsageError(`a fob can't be plugged in on "${kind}": use --on pty or --on tcp`)
  const port = Number(number)
  if (!/^\d+$/.test(number) || port > 65_535)
    throw new UsageError(`"${number}" is no TCP port: use --port with 0 to 65535`)
  return (await import('../../../firmware-sim/transport/tcp.ts')).tcpPort({ port })
}

/** Whoever presses when there is no person. */
function standIn(fob: Fob, { values, say, onPressSignal }: Call<typeof options>, person: boolean): void {
  const press = () => void fob.press().catch((error: Error) => say(`softfob: ${error.message}`))
  const how = values.press ?? (person ? 'never' : 'auto')
  if (how === 'auto') fob.onWaiting(press)
  else if (how === 'signal') onPressSignal(press)
  else if (how !== 'never') throw new UsageError(`nobody can press "${how}": use --press auto, never or signal`)
}

async function watch(hand: FobInHand, ports: readonly Port[], call: Call<typeof options>): Promise<void> {
  const { showPanel } = await import('../../../firmware-sim/front-panel/show-panel.ts')
  const { PanelLog } = await import('../../../firmware-sim/front-panel/panel-log.ts')
  const log = new PanelLog()
  for (const port of ports) log.add(`plugged in on ${describePort(port)}`, 'hint')
  const { stdin, stdout, interrupted } = call
  const panel = showPanel({ fob: hand.fob, clock: systemClock, ports: ports.map(describePort), log, stdin, stdout })
  interrupted.addEventListener('abort', () => panel.close())
  await panel.done
}

async function stay(fob: Fob, ports: readonly Port[], { print, interrupted }: Call<typeof options>): Promise<void> {
  const on = ports.map(({ kind, path, port }) => ({ kind, path, port }))
  print(JSON.stringify({ ready: true, serialNumber: fob.serialNumber, on }))
  await new Promise<void>(resolve => interrupted.addEventListener('abort', () => resolve(), { once: true }))
}

function describePort({ kind, path, port }: Port): string {
  return kind === 'tcp' ? `127.0.0.1:${port}` : (path ?? kind)
}
