import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createFob } from '../../../firmware-sim/create-fob.ts'
import { PanelLog } from '../../../firmware-sim/front-panel/panel-log.ts'
import { showPanel } from '../../../firmware-sim/front-panel/show-panel.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { esc, FakeTerminal } from './fake-terminal.ts'

let clock: VirtualClock
let log: PanelLog
beforeEach(() => {
  clock = new VirtualClock()
  log = new PanelLog()
})

/** A terminal with a shell's prompt on it, and the panel over it. */
function overShell() {
  const terminal = new FakeTerminal({ columns: 100, rows: 30 })
  terminal.write('$ ls\nfobs\n$ softfob run alice')
  const before = { text: terminal.text, cursor: terminal.cursor }
  const fob = createFob({ clock })
  const handle = showPanel({ fob, clock, ports: [], log, stdin: terminal.keyboard, stdout: terminal })
  onTestFinished(() => handle.close())
  const expectAsFound = () => {
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.keyboard.isRaw).toBe(false)
    expect(terminal.text).toBe(before.text)
    expect(terminal.cursor).toEqual(before.cursor)
  }
  return { terminal, fob, handle, expectAsFound }
}

test('the terminal belongs to the panel while it is shown', async () => {
  const { terminal } = overShell()
  await terminal.shows('SoftFob')
  expect(terminal.isAlternate).toBe(true)
  expect(terminal.isCursorShown).toBe(false)
  expect(terminal.keyboard.isRaw).toBe(true)
})

test.each([
  ['q', 'q'],
  ['Ctrl-C', '\x03'],
])('the terminal is as it was found after %s', async (_, key) => {
  const { terminal, handle, expectAsFound } = overShell()
  await terminal.shows('SoftFob')
  terminal.type(key)
  await handle.done
  expectAsFound()
  expect(terminal.written.lastIndexOf(`${esc}[?1049l`)).toBeGreaterThan(terminal.written.lastIndexOf(`${esc}[?1049h`))
  expect(terminal.written.lastIndexOf(`${esc}[?25h`)).toBeGreaterThan(terminal.written.lastIndexOf(`${esc}[?25l`))
})

test('the terminal is as it was found as soon as the panel is closed, and time stands free of it', async () => {
  const { terminal, handle, expectAsFound } = overShell()
  await terminal.shows('SoftFob')
  handle.close()
  expectAsFound()
  await handle.done
  const { written } = terminal
  log.add('nobody sees this')
  await clock.runFor({ seconds: 5 })
  expect(terminal.written).toBe(written)
})

test('the terminal is as it was found when the panel breaks, and whoever waits for it is told', async () => {
  const { terminal, fob, handle, expectAsFound } = overShell()
  await terminal.shows('SoftFob')
  Object.defineProperty(fob, 'celsius', {
    get: () => {
      throw new Error('the thermometer has burst')
    },
  })
  log.add('draw again')
  await expect(handle.done).rejects.toThrow('the thermometer has burst')
  expectAsFound()
})
