/** A cable to a fob by its name: from the drawer, or to the process that runs it. */

import { wireToRunning } from '../../firmware-sim/drawer/control.ts'
import { controlAddress } from '../../firmware-sim/drawer/control-address.ts'
import type { Drawer } from '../../firmware-sim/drawer/drawer.ts'
import { DrawerError } from '../../firmware-sim/drawer/drawer-error.ts'
import { memoryCable } from '../../firmware-sim/transport/memory.ts'
import { serialLink } from '../../protocol/framing/serial-link.ts'
import { FobClient } from '../fob-client.ts'

export interface Cable extends AsyncDisposable {
  readonly client: FobClient
  /** Presses the button of a fob that lay in the drawer; undefined when the fob runs elsewhere: the press is somebody's there. */
  readonly press?: () => void
}

/** Connects to a fob and greets it. @throws DrawerError when it is held by a process that can't be reached */
export async function connectTo(drawer: Drawer, name: string): Promise<Cable> {
  const cable = (await fromDrawer(drawer, name)) ?? (await toRunning(drawer, name))
  await cable.client.hello()
  return cable
}

async function fromDrawer(drawer: Drawer, name: string): Promise<Cable | undefined> {
  try {
    const { fob, putBack } = drawer.take(name)
    const [fobEnd, hostEnd] = memoryCable()
    fob.connect(fobEnd)
    return {
      client: new FobClient(serialLink(hostEnd)),
      // What the press shows, or why it shows nothing, the client is told over the wire.
      press: () => void fob.press().catch(() => {}),
      [Symbol.asyncDispose]: putBack,
    }
  } catch (error) {
    if (error instanceof DrawerError && error.code === 'in-use') return undefined
    throw error
  }
}

async function toRunning(drawer: Drawer, name: string): Promise<Cable> {
  const channel = await wireToRunning(controlAddress(drawer.folder, name))
  if (channel === undefined)
    throw new DrawerError('in-use', `${name} is in use by another process: end that one, or try again`)
  const client = new FobClient(serialLink(channel))
  return { client, [Symbol.asyncDispose]: async () => client.close() }
}
