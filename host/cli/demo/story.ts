/** The demo's story: a fob is registered, signs its owner in, drifts for ninety days, and loses its cable. */

import type { Fob } from '../../../firmware-sim/fob.ts'
import type { Tone } from '../../../firmware-sim/front-panel/panel-log.ts'
import type { ByteChannel } from '../../../protocol/framing/link.ts'
import { encodeFrame } from '../../../protocol/framing/serial-frames.ts'
import { serialLink } from '../../../protocol/framing/serial-link.ts'
import { encodeMessage } from '../../../protocol/messages/codec.ts'
import { formatDuration } from '../../../protocol/time/duration.ts'
import { FobClient } from '../../fob-client.ts'
import { FobError } from '../../fob-error.ts'
import type { Lab } from '../../lab/lab.ts'
import type { LabUser } from '../../lab/lab-user.ts'
import { registerFob } from '../../registration/register-fob.ts'
import { type Line, openLine } from './line.ts'

export type Speaker = 'fob' | 'host' | 'service' | 'time'

/** Where the story is told, and who acts in it: a person at a front panel, or nobody. */
export interface Stage {
  tell(speaker: Speaker, text: string, tone?: Tone): void
  /** The host waits for a code: let the button be pressed. */
  askForPress(why: string): void
  /** Lets so much of the lab's time pass. */
  wait(us: number): Promise<void>
  /** The ports that the fob is plugged into now. */
  plugged(names: readonly string[]): void
}

export async function tellStory(lab: Lab, fob: Fob, stage: Stage): Promise<void> {
  const alice = await lab.addUser('alice')
  const line = await plugIn(fob, stage)
  const { client } = await greet(line, lab, stage)
  await register(client, lab, alice, stage)
  await stage.wait(fob.stepEndsUs - lab.clock.nowUs())
  const code = await signIn(client, alice, stage)
  stage.tell('host', `tries the same code again, ${code}`)
  await judge(alice, code, stage)
  await ninetyDays(lab, fob, stage)
  await signIn(client, alice, stage)
  client.close()
  await stage.wait(fob.stepEndsUs - lab.clock.nowUs())
  await pullThePlug(lab, fob, alice, line, stage)
}

async function plugIn(fob: Fob, stage: Stage): Promise<Line> {
  const line = await openLine()
  fob.plug(line.port)
  stage.plugged([line.name])
  if (line.excuse !== undefined) stage.tell('fob', line.excuse, 'hint')
  stage.tell('fob', `is plugged in on ${line.name}`)
  return line
}

async function greet(line: Line, lab: Lab, stage: Stage): Promise<{ client: FobClient; channel: ByteChannel }> {
  const channel = await line.connect()
  const client = new FobClient(serialLink(channel), { entropy: lab.entropy })
  const { model, firmware } = await client.hello()
  const serialNumber = await client.readSerialNumber()
  stage.tell('host', `reads over the wire: ${model}, firmware ${firmware}, serial number ${serialNumber}`)
  return { client, channel }
}

async function register(client: FobClient, lab: Lab, alice: LabUser, stage: Stage): Promise<void> {
  stage.tell('host', `registers it for ${alice.name}, with two consecutive codes`)
  const { serialNumber, outcome } = await registerFob(client, lab.service, {
    userName: alice.name,
    wait: us => stage.wait(us),
    onPress: which => stage.askForPress(which === 1 ? 'the host waits for a first code' : 'and for the one after it'),
    onWait: us => stage.tell('host', `waits ${formatDuration(us)} for the fob's next code`, 'hint'),
  })
  const enabled = outcome.result === 'enabled'
  stage.tell(
    'service',
    enabled ? `enables ${serialNumber} for ${alice.name}` : outcome.explanation,
    enabled ? 'good' : 'bad',
  )
}

async function signIn(client: FobClient, alice: LabUser, stage: Stage): Promise<string> {
  const { code } = await client.getCode({ onProgress: () => stage.askForPress(`${alice.name} signs in`) })
  stage.tell('host', `signs ${alice.name} in with ${code}`)
  await judge(alice, code, stage)
  return code
}

async function judge(alice: LabUser, code: string, stage: Stage): Promise<void> {
  const { result, explanation } = await alice.signIn(code)
  stage.tell('service', explanation, result === 'accepted' ? 'good' : 'bad')
}

async function ninetyDays(lab: Lab, fob: Fob, stage: Stage): Promise<void> {
  const beforeUs = fob.driftUs
  await lab.clock.fastForward({ days: 90 })
  stage.tell('time', `ninety days pass, and the fob's clock gains ${formatDuration(fob.driftUs - beforeUs)}`)
}

/** Half a request is on the line when the plug is pulled; the other half never comes. */
async function pullThePlug(lab: Lab, fob: Fob, alice: LabUser, line: Line, stage: Stage): Promise<void> {
  const { client, channel } = await greet(line, lab, stage)
  const lost = client.getCode().catch((error: unknown) => error)
  const request = encodeFrame(encodeMessage({ type: 'request', txid: 1, name: 'readStatus', body: {} }))
  channel.write(request.subarray(0, request.length / 2))
  fob.unplug(line.port)
  channel.close()
  stage.plugged([])
  stage.tell('fob', 'is pulled out in the middle of a message', 'bad')
  const error = await lost
  stage.tell('host', error instanceof FobError ? `${error.code}: ${error.message}` : String(error), 'bad')

  const again = await greet(await plugIn(fob, stage), lab, stage)
  await signIn(again.client, alice, stage)
  again.client.close()
}
