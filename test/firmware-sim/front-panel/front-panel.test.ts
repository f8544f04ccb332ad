import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createFob, type FobOptions } from '../../../firmware-sim/create-fob.ts'
import { PanelLog } from '../../../firmware-sim/front-panel/panel-log.ts'
import { Prompt } from '../../../firmware-sim/front-panel/prompt.ts'
import { type PanelOptions, showPanel } from '../../../firmware-sim/front-panel/show-panel.ts'
import type { Clock } from '../../../protocol/time/clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import { esc, FakeTerminal, type TerminalOptions } from './fake-terminal.ts'
import { readGlass } from './read-glass.ts'

// Else chalk, which looks at the runner's own output, would leave out what the panel itself must not send.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3'
})

/** The sixth second of a step. */
const startUs = Date.parse('2026-11-24T14:03:05Z') * 1000
/** RFC 6238, appendix B. */
const secret = Buffer.from('12345678901234567890')
const rightArrow = `${esc}[C`

let clock: VirtualClock
let log: PanelLog
beforeEach(() => {
  clock = new VirtualClock(startUs)
  log = new PanelLog()
})

interface Setting extends Partial<TerminalOptions> {
  readonly fob?: FobOptions
  readonly panel?: Partial<PanelOptions>
}

function open({ fob: options = {}, panel = {}, columns = 100, rows = 30, colourDepth = 1 }: Setting = {}) {
  const fob = createFob({ clock, secret, serialNumber: 'GAHT12345678', ...options })
  const terminal = new FakeTerminal({ columns, rows, colourDepth })
  const ports = ['/dev/pts/5']
  const handle = showPanel({ fob, clock, ports, log, stdin: terminal.keyboard, stdout: terminal, ...panel })
  onTestFinished(() => handle.close())
  return { fob, terminal, handle, glass: () => readGlass(terminal.lines, fob.key.digits) }
}

/** As many corners open as close, in the first row something, in the last the keys. */
function expectWhole({ lines, columns }: FakeTerminal): void {
  const text = lines.join('\n')
  const count = (corner: string) => text.split(corner).length - 1
  expect(count('╭')).toBeGreaterThanOrEqual(2)
  for (const corner of '╮╰╯') expect(count(corner), corner).toBe(count('╭'))
  for (const corner of '┐└┘') expect(count(corner), corner).toBe(1)
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(columns)
}

describe('the fob', () => {
  test('SPACE shows the code of the LCD, digit by digit', async () => {
    const { fob, terminal, glass } = open()
    await terminal.shows('SoftFob')
    expect(glass()).toBe('      ')
    terminal.type(' ')
    await terminal.until(() => glass().trim() !== '')
    expect(fob.lcd.text).toMatch(/^\d{6}$/)
    expect(glass()).toBe(fob.lcd.text)
  })

  test.each([6, 7, 8] as const)('%i digits read as they are, through many codes', async digits => {
    const { fob, terminal, glass } = open({ fob: { digits }, columns: 60, rows: 20 })
    const seen = new Set<string>()
    for (let step = 0; step < 12; step++) {
      await clock.fastForward({ seconds: 60 })
      const code = await fob.press()
      await terminal.until(() => glass() === code)
      for (const digit of code) seen.add(digit)
    }
    expect([...seen].sort().join('')).toBe('0123456789')
  })

  test('a display that has gone dark is empty, in its case', async () => {
    const { fob, terminal, glass } = open()
    const code = await fob.press()
    await terminal.until(() => glass() === code)
    await clock.fastForward({ seconds: 60 })
    await terminal.until(() => glass() === '      ')
    expectWhole(terminal)
  })

  test('the bars tell the seconds that remain by its own clock', async () => {
    const { fob, terminal } = open({ fob: { clockOffset: { seconds: 4 } } })
    await fob.press()
    await terminal.shows(' 21 s')
    expect(terminal.text.split('▃▃▃')).toHaveLength(1 + 5)
    await clock.fastForward({ seconds: 12 })
    await terminal.shows(' 9 s')
    expect(terminal.text.split('▃▃▃')).toHaveLength(1 + 2)
  })

  test('a counter fob shows its counter and no time', async () => {
    const { fob, terminal, glass } = open({ fob: { kind: 'HOTP', counter: 7 } })
    await terminal.shows('next counter 7')
    const code = await fob.press()
    await terminal.shows('next counter 8')
    expect(glass()).toBe(code)
  })

  test('a weak cell is announced on the glass', async () => {
    const { fob, terminal } = open({ fob: { battery: { percent: 6 } } })
    await terminal.shows('6 % 2.44 V')
    expect(terminal.text).not.toContain('BAT')
    await fob.press()
    await terminal.shows('BAT [')
  })

  test('the button goes in for a moment', async () => {
    const { terminal } = open()
    await terminal.shows('│   SPACE   │')
    terminal.type(' ')
    await terminal.shows('┃   SPACE   ┃')
    await clock.runFor({ milliseconds: 500 })
    await terminal.shows('│   SPACE   │')
  })

  test('a press that shows no code says why, and the panel stays', async () => {
    const { terminal } = open({ fob: { battery: { percent: 0 } } })
    terminal.type(' ')
    await terminal.shows('✗ nothing can be read off this LCD')
    await terminal.shows('replace the battery')
    terminal.type('h')
    await terminal.shows('30 °C')
  })
})

describe('keys', () => {
  test('RIGHT lets 30 seconds pass, d a day', async () => {
    const { terminal } = open()
    terminal.type(rightArrow)
    await terminal.shows('14:03:35')
    expect(clock.nowUs() - startUs).toBe(30e6)
    terminal.type('d')
    await terminal.shows('2026-11-25 14:03:35')
  })

  test('time that is run for hours does not stop at every redraw', async () => {
    const { terminal } = open()
    await clock.runFor({ seconds: 1 })
    await terminal.shows('14:03:06')
    const setAlarm = vi.spyOn(clock, 'setAlarm')
    await clock.runFor({ hours: 10 })
    await terminal.shows('2026-11-25 00:03:06')
    expect(setAlarm.mock.calls.length).toBeLessThan(10)
  })

  test('time that nobody can move has no keys', async () => {
    const still: Clock = { nowUs: () => clock.nowUs(), setAlarm: (atUs, ring) => clock.setAlarm(atUs, ring) }
    const { terminal } = open({ panel: { clock: still } })
    terminal.type(`${rightArrow}d?`)
    await terminal.shows('╭─ keys')
    expect(terminal.text).not.toMatch(/30 s later|a day/)
    expect(clock.nowUs()).toBe(startUs)
  })

  test('h heats, c cools', async () => {
    const { fob, terminal } = open()
    terminal.type('hhc')
    await terminal.until(() => fob.celsius === 30)
    terminal.type('cc')
    await terminal.shows('20 °C')
  })

  test('u pulls it out, where the host can bear it', async () => {
    const pulled: string[] = []
    const { terminal } = open({ panel: { onUnplug: () => void pulled.push('out') } })
    await terminal.shows('/dev/pts/5')
    terminal.type('u')
    await terminal.shows('nowhere')
    expect(pulled).toEqual(['out'])
  })

  test('? shows the keys and hides them', async () => {
    const { fob, terminal } = open()
    log.add('hello')
    await terminal.shows('hello')
    terminal.type('?')
    await terminal.shows(/SPACE\s+presses the button/)
    expect(terminal.text).not.toContain('hello')
    expectWhole(terminal)
    terminal.type('h?')
    await terminal.shows('hello')
    expect(terminal.text).not.toContain('presses the button')
    expect(fob.celsius).toBe(30)
  })

  test('what a key throws goes into the log', async () => {
    const { fob, terminal } = open()
    fob.tamper()
    terminal.type(' ')
    await terminal.shows('✗ this fob was tampered with')
  })
})

describe('the log', () => {
  test('wraps long lines, keeps the newest at the bottom and the prompt below it', async () => {
    const prompt = new Prompt('press SPACE: the host waits for a code')
    const { terminal } = open({ columns: 80, rows: 24, panel: { prompt } })
    for (let line = 1; line <= 40; line++) log.add(`line ${line}`)
    log.add('registered for alice, with two codes that follow', 'good')
    log.add('refused: the code is for 14:03:30–14:04:00, and this fob runs between −3 s and +9 s', 'bad')
    await terminal.shows('✗ refused')
    const column = terminal.lines.map(line => line.slice(49, -2).trimEnd())
    expect(column.slice(-10, -2)).toEqual([
      '✓ registered for alice, with',
      '  two codes that follow',
      '✗ refused: the code is for',
      '  14:03:30–14:04:00, and this',
      '  fob runs between −3 s and',
      '  +9 s',
      '▸ press SPACE: the host waits',
      '  for a code',
    ])
    expect(column).toContain('  line 40')
    expect(column).not.toContain('  line 1')
    expectWhole(terminal)
    prompt.text = ''
    await terminal.until(() => !terminal.text.includes('▸'))
  })

  test('forgets what nobody scrolls back to', () => {
    for (let line = 1; line <= 1500; line++) log.add(`line ${line}`)
    expect(log.lines).toHaveLength(1000)
    expect(log.lines.at(-1)).toEqual({ number: 1500, text: 'line 1500', tone: 'plain' })
  })
})

describe('the window', () => {
  test.each([
    [60, 20],
    [79, 24],
    [80, 20],
    [80, 24],
    [100, 30],
    [200, 50],
  ])('is filled well at %i by %i', async (columns, rows) => {
    const { fob, terminal, glass } = open({ columns, rows })
    const code = await fob.press()
    log.add('accepted: alice signed in', 'good')
    await terminal.shows('accepted')
    expect(glass()).toBe(code)
    expectWhole(terminal)
    const { lines } = terminal
    const rowsUsed = lines.flatMap((line, row) => (line === '' ? [] : [row]))
    const [above, below] = [rowsUsed[0] ?? 0, rows - 1 - (rowsUsed.at(-1) ?? 0)]
    expect(Math.abs(above - below)).toBeLessThanOrEqual(1)
    expect(lines[rowsUsed.at(-1) ?? 0]).toContain('q quit')
  })

  test.each([
    ['six digits', { fob: { digits: 6 } }],
    ['eight digits', { fob: { digits: 8 } }],
    ['a serial number of 64 letters', { fob: { serialNumber: 'S'.repeat(64) } }],
    ['many ports', { panel: { ports: Array.from({ length: 9 }, (_, port) => `127.0.0.1:${9000 + port}`) } }],
  ] as const)('holds %s at its smallest', async (_, setting) => {
    for (const [columns, rows] of [
      [60, 20],
      [80, 20],
    ] as const) {
      const { fob, terminal, glass } = open({ ...setting, columns, rows })
      const code = await fob.press()
      await terminal.until(() => glass() === code)
      expectWhole(terminal)
      expect(terminal.text).toContain('(  SPACE  ) ')
      expect(terminal.lines.at(-1)).toContain('q quit')
    }
  })

  test('at its smallest still has room for all keys', async () => {
    const { terminal } = open({ columns: 60, rows: 20, panel: { onUnplug: () => {} } })
    terminal.type('?')
    await terminal.shows('╭─ keys')
    expect(terminal.lines.flatMap(line => /^│ (\S+) {2,}\S/.exec(line)?.[1] ?? [])).toEqual([
      ...['SPACE', '→', 'd', 'h', 'c', 'u', '?', 'q'],
    ])
  })

  test('is asked to grow when it is too small, and the panel comes when it has', async () => {
    const { terminal } = open({ columns: 59, rows: 19 })
    await terminal.shows('make the window at least 60x20')
    expect(terminal.text).not.toContain('SoftFob')
    terminal.resize(100, 30)
    await terminal.shows('SoftFob')
    expectWhole(terminal)
    terminal.resize(60, 20)
    await terminal.shows(/^ {7}╭─+╮\n.+○ SoftFob[\s\S]+q quit$/)
    expectWhole(terminal)
  })

  test('at 60 by 20 the whole panel', async () => {
    const prompt = new Prompt('press SPACE: the host waits for a code')
    const { fob, terminal } = open({ columns: 60, rows: 20, panel: { prompt } })
    log.add('serial number GAHT12345678')
    log.add('accepted: alice signed in', 'good')
    await fob.press()
    await terminal.shows(' 25 s')
    expect(terminal.text).toMatchInlineSnapshot(`
      "       ╭────────────────────────────────────────────╮
             │  ○ SoftFob                           SF-1  │
             │  ┌──────────────────────────────────────┐  │
             │  │     ╻  ┏━━┓  ╺━━┓  ┏━━┓  ╻  ╻  ╺━━┓  │  │
             │  │     ┃  ┣━━┫     ┃  ┃  ┃  ┗━━┫     ┃  │  │
             │  │     ╹  ┗━━┛     ╹  ┗━━┛     ╹     ╹  │  │
             │  │  ▃▃▃ ▃▃▃ ▃▃▃ ▃▃▃ ▃▃▃                 │  │
             │  └──────────────────────────────────────┘  │
             │  (  SPACE  )                 GAHT12345678  │
             ╰────────────────────────────────────────────╯
              ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────  25 s
       device 14:03:05   true 14:03:05   Δ less than 0.1 s
       battery ▰▰▰▰▰▰▰▰ 100 % 3.00 V   at 25 °C   on /dev/pts/5
      ╭─ host ───────────────────────────────────────────────────╮
      │                                                          │
      │   serial number GAHT12345678                             │
      │ ✓ accepted: alice signed in                              │
      │ ▸ press SPACE: the host waits for a code                 │
      ╰──────────────────────────────────────────────────────────╯
       SPACE press   → 30 s later   ? keys   q quit"
    `)
  })
})

describe('colour', () => {
  const colours = new RegExp(`${esc}\\[(?:[\\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7])`)

  test('a terminal without colours is sent none', async () => {
    const { fob, terminal } = open()
    log.add('accepted', 'good')
    await fob.press()
    await terminal.shows('accepted')
    expect(terminal.written).not.toMatch(colours)
  })

  test('a terminal with many shows the glass, and on it what is not lit', async () => {
    const { terminal } = open({ colourDepth: 24 })
    await terminal.shows('┌──┐  ┌──┐')
    expect(terminal.written).toMatch(colours)
    expect(terminal.text).toContain('├──┤  ├──┤')
  })
})
