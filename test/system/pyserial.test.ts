import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createFob } from '../../firmware-sim/create-fob.ts'
import type { Fob } from '../../firmware-sim/fob.ts'
import { ptyPort } from '../../firmware-sim/transport/pty.ts'
import { rfc2217Port } from '../../firmware-sim/transport/rfc2217.ts'
import { tcpPort } from '../../firmware-sim/transport/tcp.ts'
import { tier } from '../tier.ts'

const python = '/usr/bin/python3'
const hasPyserial = spawnSync(python, ['-c', 'import serial']).status === 0
const lacking = hasPyserial ? undefined : 'pyserial: apt-get install python3-serial'

tier('a program in Python, written from the README alone', lacking, () => {
  test('reads the serial number and a code over a PTY, twice', async () => {
    await using fob = createFob({ serialNumber: 'GAHT12345678' })
    const port = await ptyPort()
    fob.plug(port)
    for (let run = 0; run < 2; run++) {
      const { printed, shown } = await pressWhenAsked(fob, port.path)
      expect(printed).toBe(`GAHT12345678\n${shown}\n`)
    }
  })

  test('reads the serial number and a code over TCP', async () => {
    await using fob = createFob({ serialNumber: 'GAHT12345678' })
    const port = await tcpPort()
    fob.plug(port)
    const { printed, shown } = await pressWhenAsked(fob, `socket://127.0.0.1:${port.port}`)
    expect(printed).toBe(`GAHT12345678\n${shown}\n`)
  })

  test('reads the serial number and a code over RFC 2217, twice', async () => {
    await using fob = createFob({ serialNumber: 'GAHT12345678' })
    const port = await rfc2217Port()
    fob.plug(port)
    for (let run = 0; run < 2; run++) {
      const { printed, shown } = await pressWhenAsked(fob, `rfc2217://127.0.0.1:${port.port}`)
      expect(printed).toBe(`GAHT12345678\n${shown}\n`)
    }
  })

  test('is told why when there is no code to be had', async () => {
    await using fob = createFob()
    fob.tamper()
    const port = await tcpPort()
    fob.plug(port)
    const { stderr } = spawnPython(`socket://127.0.0.1:${port.port}`)
    expect(await text(stderr)).toBe('the fob refuses: not-personalised\n')
  })
})

tier('pyserial over RFC 2217', lacking, () => {
  test('sets the port as it likes, sees a plugged-in device on the modem lines, and has every byte carried', async () => {
    const port = await rfc2217Port()
    port.onConnect(channel => channel.onData(bytes => channel.write(bytes)))
    const { stdout } = spawnPython(`rfc2217://127.0.0.1:${port.port}`, 'modem-lines.py')
    expect(await text(stdout)).toBe('cts=True dsr=True cd=True ri=False\nechoed\n')
    port.close()
  })
})

function spawnPython(address: string, program = 'press.py') {
  return spawn(python, [join(import.meta.dirname, program), address], { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function pressWhenAsked(fob: Fob, address: string): Promise<{ printed: string; shown: string | undefined }> {
  const { stdout, stderr } = spawnPython(address)
  let shown: Promise<string> | undefined
  // Python may write a line in pieces.
  stderr.once('data', () => {
    shown = fob.press()
  })
  const printed = await text(stdout)
  return { printed, shown: await shown }
}
