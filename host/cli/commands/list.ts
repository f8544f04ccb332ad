/** softfob list: the fobs in the drawer, which of them run and whose they are, and those that are plugged in. */

import { type RunningStatus, statusOfRunning } from '../../../firmware-sim/drawer/control.ts'
import { controlAddress } from '../../../firmware-sim/drawer/control-address.ts'
import type { FoundFob } from '../../device-sources.ts'
import { followFobs, listFobs } from '../../discovery.ts'
import { type Call, command, exitCodes } from '../command.ts'
import { openDrawer } from '../drawer.ts'
import { describePlace } from '../plugs.ts'
import { openExistingService } from '../service.ts'

type Running = RunningStatus | 'silent' | false

const options = {
  follow: {
    type: 'boolean',
    help: 'those that are plugged in, and each that comes or goes, until interrupted (exit 0)',
  },
  store: { type: 'string', value: 'FILE', help: 'the store that knows whose they are ($SOFTFOB_HOME/store.db)' },
} as const

export const list = command({
  summary:
    'Lists the fobs in the drawer (name, serial number, kind, where it runs, whose it is), and those that are plugged in.',
  examples: ['list', 'list --json', 'list --follow'],
  positionals: [],
  options,
  run: call => (call.values.follow === true ? follow(call) : listAll(call)),
})

async function listAll({ values, paths, json, print, say }: Call<typeof options>): Promise<number> {
  const drawer = openDrawer(paths)
  await using open = await openExistingService(paths, values.store)
  const { fobs, errors } = drawer.list()
  const rows = await Promise.all(
    fobs.map(async ({ name, serialNumber, kind }) => {
      const userName = (await open?.service.getMfaDevice(serialNumber))?.userName
      const running: Running = (await statusOfRunning(controlAddress(drawer.folder, name))) ?? false
      return { name, serialNumber, kind, running, ...(userName !== undefined && { userName }) }
    }),
  )
  const plugged = await listFobs()
  const unseen = plugged.errors.map(({ message }) => message)
  if (json)
    print(JSON.stringify({ fobs: rows, devices: plugged.fobs, unseen, errors: errors.map(({ message }) => message) }))
  else {
    for (const { name, serialNumber, kind, running, userName } of rows) {
      const notes = [...notesOn(running), ...(userName === undefined ? [] : [`enabled for ${userName}`])].join(', ')
      print(`${name.padEnd(16)} ${serialNumber.padEnd(14)} ${kind}  ${notes}`.trimEnd())
    }
    for (const fob of plugged.fobs) print(`${describe(fob)}  plugged in`)
    for (const message of unseen) say(message)
  }
  if (rows.length + plugged.fobs.length === 0 && !json) say('no fobs yet: softfob new NAME makes one')
  for (const { message } of errors) say(message)
  return errors.length === 0 ? exitCodes.done : exitCodes.failed
}

function notesOn(running: Running): readonly string[] {
  if (running === false) return []
  if (running === 'silent') return ['running, but does not answer']
  const { on, dropped } = running
  const where = on.map(describePlace).join(' and ')
  return [
    where === '' ? 'running, pulled out' : `running on ${where}`,
    ...(dropped === 0 ? [] : [`broken frames: ${dropped}`]),
  ]
}

async function follow({ json, print, say, interruption }: Call<typeof options>): Promise<undefined> {
  const news = followFobs({ signal: interruption(), onError: ({ message }) => say(message) })
  for await (const { change, fob } of news)
    print(json ? JSON.stringify({ change, ...fob }) : `${describe(fob)}  ${change}`)
}

function describe({ kind, path, serialNumber = '', product }: FoundFob): string {
  return `${path.padEnd(16)} ${serialNumber.padEnd(14)} ${product ?? kind}`
}
