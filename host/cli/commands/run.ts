/** softfob run: plugs a fob in and stays, with its front panel here or one ready line for a program. */

import { type Place, serveControl } from '../../../firmware-sim/drawer/control.ts'
import { controlAddress } from '../../../firmware-sim/drawer/control-address.ts'
import type { FobInHand } from '../../../firmware-sim/drawer/drawer.ts'
import type { Fob } from '../../../firmware-sim/fob.ts'
import { readCode } from '../../../firmware-sim/reading.ts'
import { hidrawPath } from '../../../firmware-sim/transport/hidraw-path.ts'
import type { DevicePort, Port } from '../../../firmware-sim/transport/port.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { type Call, command, UsageError } from '../command.ts'
import { checkKnown, openDrawer } from '../drawer.ts'
import { describePlace, openPlug, placeOf, places } from '../plugs.ts'

const options = {
  on: {
    type: 'string',
    multiple: true,
    value: places.join('|'),
    help: 'where to plug it in; may be given again (pty)',
  },
  port: { type: 'string', value: 'N', help: 'the TCP port; 0 for any free one (0, and 3240 on usbip)' },
  'usb-ids': { type: 'string', value: 'VID:PID', help: 'what it is on USB (1209:0001)' },
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
      const person = stdout.isTTY && !json
      standIn(fob, call, person)
      const ports = await plugIn(fob, call)
      using _control = await serveControl(controlAddress(drawer.folder, name), {
        status: () => ({ on: stillOn(fob, ports), dropped: fob.dropped }),
        press: ({ minRemainingUs }) => readCode(fob, systemClock, { minRemainingUs }),
        connect: channel => fob.connect(channel),
      })
      if (person) await watch(hand, ports, call)
      else await stay(fob, ports, call)
      hand.save()
    } finally {
      await hand.putBack()
    }
  },
})

interface Plugged {
  readonly plug: Port | DevicePort
  readonly place: Place
}

async function plugIn(fob: Fob, { values, say }: Call<typeof options>): Promise<Plugged[]> {
  const plugged: Plugged[] = []
  for (const place of values.on ?? ['pty']) {
    const plug = await openPlug(place, { port: values.port, ids: values['usb-ids'], say })
    fob.plug(plug)
    const path = plug.kind === 'uhid' ? await hidrawPath(fob.serialNumber, systemClock) : undefined
    plugged.push({ plug, place: placeOf(plug, path) })
  }
  return plugged
}

/** Without those that somebody has pulled it out of since. */
function stillOn(fob: Fob, ports: readonly Plugged[]): readonly Place[] {
  return ports.filter(({ plug }) => fob.ports.has(plug)).map(({ place }) => place)
}

/** Whoever presses when there is no person. */
function standIn(fob: Fob, { values, say, onPressSignal }: Call<typeof options>, person: boolean): void {
  const press = () => void fob.press().catch((error: Error) => say(`softfob: ${error.message}`))
  const how = values.press ?? (person ? 'never' : 'auto')
  if (how === 'auto') fob.onWaiting(press)
  else if (how === 'signal') onPressSignal(press)
  else if (how !== 'never') throw new UsageError(`nobody can press "${how}": use --press auto, never or signal`)
}

async function watch(hand: FobInHand, ports: readonly Plugged[], call: Call<typeof options>): Promise<void> {
  const { showPanel } = await import('../../../firmware-sim/front-panel/show-panel.ts')
  const { PanelLog } = await import('../../../firmware-sim/front-panel/panel-log.ts')
  const log = new PanelLog()
  const words = ports.map(({ place }) => describePlace(place))
  for (const place of words) log.add(`plugged in on ${place}`, 'hint')
  const { stdin, stdout } = call
  const { fob } = hand
  fob.onWaiting(() => log.add('a host waits for a code: press SPACE', 'hint'))
  const panel = showPanel({
    fob,
    clock: systemClock,
    ports: words,
    log,
    onUnplug: () => fob.unplug(),
    stdin,
    stdout,
  })
  call.interruption().addEventListener('abort', () => panel.close())
  await panel.done
}

async function stay(fob: Fob, ports: readonly Plugged[], { print, interruption }: Call<typeof options>): Promise<void> {
  const on = ports.map(({ place }) => place)
  // Whoever reads the ready line may end us at once.
  const ended = new Promise<void>(resolve => interruption().addEventListener('abort', () => resolve(), { once: true }))
  print(JSON.stringify({ ready: true, serialNumber: fob.serialNumber, on }))
  await ended
}
