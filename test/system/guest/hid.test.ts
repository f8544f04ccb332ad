import { expect, test, vi } from 'vitest'
import { missing, tier } from '../../tier.ts'
import type { Outcome } from './program.ts'
import { guestLacks, runInGuest } from './run-in-guest.ts'
import type { Story } from './strangers.ts'

// Several times what they take on an idle machine.
vi.setConfig({ testTimeout: 200_000 })

const lacks = guestLacks() ?? missing('lsusb', 'usbutils') ?? missing('usbip') ?? missing('python3')

interface Tale {
  readonly path: string
  readonly story: Story
  /** Of the kernel. */
  readonly warnings: readonly string[]
}

interface UsbipTale extends Tale {
  /** By usbip. */
  readonly listed: string
  /** By lsusb. */
  readonly described: Outcome
  /** A program that waits for a press when the fob is detached. */
  readonly left: Outcome
  /** File descriptors. */
  readonly leaked: number
}

tier('a fob that a kernel takes for a HID device', lacks, () => {
  test('over uhid: programs find it, read it, one or two at once, and are told when it goes', async () => {
    const { path, story, warnings } = await play<Tale>('over-uhid.ts')
    expect(path).toBe('/dev/hidraw0')
    expectToHaveRead(story)
    expect(warnings).toEqual([])
  })

  test('over USB/IP: the same, with descriptors that lsusb understands, and after a hundred times in and out', async () => {
    const { listed, described, path, left, leaked, story, warnings } = await play<UsbipTale>('over-usbip.ts')
    expect(listed).toMatch(/ 1-1: .*\(1209:0001\)/)
    expect(described.stderr).toBe('')
    expect(described.stdout).not.toMatch(/warning|unrecogni|invalid|unavailable|unknown|junk|can't|couldn't|\(error/i)
    for (const line of descriptors) expect(described.stdout).toMatch(line)
    expect(path).toBe('/dev/hidraw0')
    expect(left).toMatchObject({ stdout: 'GAHT12345678\n', stderr: gone })
    expect(leaked).toBe(0)
    expectToHaveRead(story)
    expect(warnings).toEqual([])
  })
})

/** What Python ends with. */
const gone = expect.stringMatching(/^press the button\n.*OSError: \[Errno \d+\] .*\n$/s)

const descriptors = [
  /iManufacturer +1 SoftFob\n/,
  /iProduct +2 SF-1\n/,
  /iSerial +3 GAHT12345678\n/,
  /bInterfaceClass +3 /,
  /bcdHID +1\.11\n/,
  /Item\(Global\): Usage Page, data= \[ 0x5f 0xff \] 65375\n/,
  /Item\(Main {2}\): End Collection, data=none\n/,
  /bEndpointAddress +0x81 +EP 1 IN\n/,
  /bEndpointAddress +0x01 +EP 1 OUT\n/,
  /wMaxPacketSize +0x0040 +1x 64 bytes\n/,
]

async function play<T extends Tale>(program: string): Promise<T> {
  const { exitCode, output } = await runInGuest(`node test/system/guest/${program}`, { timeoutMs: 180_000 })
  expect(exitCode, output).toBe(0)
  return JSON.parse(output)
}

function expectToHaveRead({ alone, shown, two, shownToOne, left }: Story): void {
  const read = (code: string) => ({
    exitCode: 0,
    stdout: `GAHT12345678\n${code}\n`,
    stderr: 'press the button\n',
  })
  const refused = { exitCode: 1, stdout: 'GAHT12345678\n', stderr: 'the fob refuses: busy\n' }
  expect(shownToOne).not.toBe(shown)
  expect(alone).toEqual(read(shown))
  expect(two.toSorted((a, b) => Number(a.exitCode) - Number(b.exitCode))).toEqual([read(shownToOne), refused])
  expect(left).toMatchObject({ stdout: 'GAHT12345678\n', stderr: gone })
}
