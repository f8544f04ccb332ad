import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { digitRows } from '../../firmware-sim/front-panel/segment-cells.ts'
import { Lcd } from '../../firmware-sim/parts/lcd.ts'
import { missing, tier } from '../tier.ts'
import { program, Softfob } from './softfob.ts'
import { Terminal } from './terminal.ts'

const wide = { columns: 100, rows: 30 }
const smallest = { columns: 60, rows: 20 }

const drawnDigits = new Map([...'0123456789'].map(digit => [drawn(digit).join('\n'), digit]))

/** A digit's three rows, its dark segments as spaces. */
function drawn(digit: string): string[] {
  const lcd = new Lcd(() => 1)
  lcd.show({ text: digit, bar: 0, lowBattery: false })
  return digitRows(lcd.segments[0] ?? 0).map(({ cells }) =>
    cells.map(({ lit, character }) => (lit ? character : ' ')).join(''),
  )
}

/** What the LCD on the screen shows: its glass begins below its first edge, and a digit takes four columns and two of gap. */
function lcdText(screen: string): string {
  const rows = screen.split('\n')
  const edge = rows.findIndex(row => row.includes('▐  ▗▄▄'))
  const left = (rows[edge]?.indexOf('▗', 1) ?? 0) + 3
  const glass = rows.slice(edge + 1, edge + 4).map(row => row.replace(/[─│┌┐└┘├┤┬┴┼╵╶╷╴]/g, ' '))
  return [0, 1, 2, 3, 4, 5]
    .map(place => glass.map(row => row.slice(left + place * 6, left + place * 6 + 4).padEnd(4)).join('\n'))
    .map(digit => drawnDigits.get(digit) ?? '?')
    .join('')
}

/** All edges are there: nothing has been cut off or broken over lines. */
function expectWhole(screen: string): void {
  const rows = screen.split('\n')
  expect(rows.find(row => row.includes('╭─ host'))).toMatch(/╮$/)
  expect(rows.filter(row => /╯$/.test(row)).length).toBeGreaterThan(0)
  expect(rows.at(-1)).toMatch(/^ SPACE press .* \? keys +q quit$/)
  expect(rows.some(row => row.includes('▝▀▀'))).toBe(true)
}

class Panel {
  readonly softfob = new Softfob({ TERM: 'screen-256color', NO_COLOR: undefined })
  readonly terminal = new Terminal(this.softfob.temporary, wide, this.softfob.environment)
  #before = ''

  /** A terminal with a word on it, in which softfob then shows a panel. */
  static async of(line: string): Promise<Panel> {
    const panel = new Panel()
    const { softfob, terminal } = panel
    await softfob.ask('new', 'alice', '--hotp', '--serial', 'GAHT12345678')
    terminal.run('cd "$TMPDIR"; stty -a > before; echo it was here before')
    panel.#before = await terminal.until(screen => /^it was here before\n\$/m.test(screen))
    const run = `sh -c 'echo $$ > pid; exec ${process.execPath} ${program} ${line}'`
    terminal.run(`${run}; echo "exit $?"; stty -a > after; echo all is over`)
    await terminal.until(screen => screen.includes('╭─ host'))
    return panel
  }

  terminate(): void {
    process.kill(Number(this.#read('pid')), 'SIGTERM')
  }

  /** It has ended well; the screen, the keyboard and the terminal's settings are what they were. */
  async expectLeft(): Promise<void> {
    const screen = await this.terminal.until(now => /^all is over\n\$/m.test(now))
    expect(screen).toContain('\nexit 0\nall is over\n$')
    expect(screen.slice(0, this.#before.trimEnd().length)).toBe(this.#before.trimEnd())
    expect(this.#read('after')).toBe(this.#read('before'))
    this.terminal.run('echo typed')
    await this.terminal.until(now => /^\$ echo typed\ntyped$/m.test(now))
  }

  #read(name: string): string {
    return readFileSync(`${this.softfob.temporary}/${name}`, 'utf8')
  }
}

const waitsForPress = (screen: string) => screen.includes('▸ press SPACE')
const waitsForTime = (screen: string) => screen.includes('▸ press → to let 30')
const showsCode = (screen: string) => /^\d{6}$/.test(lcdText(screen))

/** The host's log in a wide window: it changes with the story, and the clocks beside it do with time. */
function logOf(screen: string): string {
  return screen
    .split('\n')
    .map(row => row.slice(47))
    .join('\n')
}

tier('the front panel', missing('tmux'), () => {
  test('waits for SPACE and shows six digits, which the host reads', async () => {
    const panel = await Panel.of('demo')
    const { terminal } = panel
    expectWhole(await terminal.until(waitsForPress))
    expect(lcdText(terminal.screen)).toBe('??????')
    terminal.strike('Space')
    const first = lcdText(await terminal.until(showsCode))
    await terminal.until(waitsForTime)
    terminal.strike('Right')
    await terminal.until(waitsForPress)
    terminal.strike('Space')
    const second = lcdText(await terminal.until(screen => screen.includes('service enables')))
    expect(second).toMatch(/^\d{6}$/)
    expect(second).not.toBe(first)
    terminal.strike('q')
    await panel.expectLeft()
  })

  test('tells its story to the end to a person who does what it says, and q leaves the terminal as it was', async () => {
    const panel = await Panel.of('demo')
    const { terminal } = panel
    let screen = ''
    do {
      screen = await terminal.until(now => waitsForPress(now) || waitsForTime(now) || now.includes('that is all'))
      if (waitsForPress(screen)) terminal.strike('Space')
      else if (waitsForTime(screen)) terminal.strike('Right')
      const log = logOf(screen)
      await terminal.until(now => logOf(now) !== log || log.includes('that is all'))
    } while (!screen.includes('that is all'))
    expectWhole(screen)
    for (const said of ['disconnected: the fob is not', 'accepted: the code', 'signs alice in with', 'q quits'])
      expect(screen).toContain(said)
    terminal.strike('q')
    await panel.expectLeft()
  })

  test('lists its keys, stays whole when the window shrinks and grows, and asks for more of too small a one', async () => {
    const panel = await Panel.of('demo')
    const { terminal } = panel
    await terminal.until(waitsForPress)
    terminal.strike('?')
    const keys = await terminal.until(screen => screen.includes('╭─ keys'))
    for (const does of ['presses the button', 'lets 30 seconds pass', 'heats it', 'cools it', 'quits, as Ctrl-C does'])
      expect(keys).toContain(does)
    terminal.strike('?')
    await terminal.until(screen => screen.includes('╭─ host'))
    terminal.resize(smallest)
    expectWhole(await terminal.until(screen => /^╭─ host/m.test(screen)))
    terminal.strike('Space')
    await terminal.until(showsCode)
    terminal.resize({ columns: 50, rows: 10 })
    await terminal.until(screen => screen.includes('make the window at least 60x20'))
    terminal.resize(wide)
    expectWhole(await terminal.until(screen => screen.includes('╭─ inside')))
    terminal.strike('q')
    await panel.expectLeft()
  })

  test.each([
    ['demo', 'Ctrl-C'],
    ['demo', 'SIGTERM'],
    ['run alice --on pty', 'q'],
    ['run alice --on pty', 'Ctrl-C'],
    ['run alice --on tcp', 'SIGTERM'],
  ])('of softfob %s leaves the terminal as it was on %s', async (line, how) => {
    const panel = await Panel.of(line)
    const { terminal } = panel
    if (line === 'demo') await terminal.until(waitsForPress)
    if (how === 'SIGTERM') panel.terminate()
    else terminal.strike(how === 'q' ? 'q' : 'C-c')
    await panel.expectLeft()
  })

  test('of softfob run shows the fob, where it is plugged in, and what SPACE does', async () => {
    const panel = await Panel.of('run alice --on pty --on tcp')
    const { softfob, terminal } = panel
    const screen = await terminal.until(now => /plugged in +\/dev\/pts\/\d+, 127\.0\.0\.1:\d+/.test(now))
    expectWhole(screen.replace('→ 30 s later', ''))
    expect(screen).toContain('GAHT12345678')
    terminal.strike('Space')
    const first = lcdText(await terminal.until(showsCode))
    const second = await softfob.ask('code', 'alice')
    expect(second).not.toBe(first)
    await terminal.until(now => lcdText(now) === second)
    terminal.strike('u')
    await terminal.until(now => /plugged in +nowhere/.test(now))
    terminal.strike('q')
    await panel.expectLeft()
    expect(await softfob.askJson('code', 'alice')).toMatchObject({ counter: 2 })
  })
})
