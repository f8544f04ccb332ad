import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { createFob } from '../../firmware-sim/create-fob.ts'
import { ptyPort } from '../../firmware-sim/transport/pty.ts'
import { missing, tier } from '../tier.ts'

// The exchange in protocol/README.md.
const request = '000107123502a0091c00'
const response = '001601123502a1016c4741485431323334353637387ec900'

tier('socat carries a request to a PTY and its answer back', missing('socat'), () => {
  test('and the next socat finds the line as the first did', async () => {
    await askTwice('socat', path => ['-', `${path},rawer`])
  })
})

tier('picocom carries a request to a PTY and its answer back', missing('picocom'), () => {
  test('and the next picocom finds the line as the first did', async () => {
    await askTwice('picocom', path => ['--quiet', '--no-escape', '--baud', '9600', '--exit-after', '500', path])
  })
})

async function askTwice(program: string, args: (path: string) => string[]): Promise<void> {
  await using fob = createFob({ serialNumber: 'GAHT12345678' })
  const port = await ptyPort()
  fob.plug(port)
  for (let run = 0; run < 2; run++) expect(await ask(program, args(port.path))).toBe(response)
}

async function ask(program: string, args: string[]): Promise<string> {
  const { stdin, stdout } = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  stdin.write(Buffer.from(request, 'hex'))
  let received = ''
  for await (const bytes of stdout.setEncoding('hex')) {
    received += bytes
    if (received.length >= response.length) stdin.end()
  }
  return received
}
