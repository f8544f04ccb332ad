/** softfob demo, which is also softfob alone: a fob, a host and an identity service, and a sign-in that asks for a code. */

import type { Fob } from '../../../firmware-sim/fob.ts'
import { FollowingClock } from '../../../protocol/time/following-clock.ts'
import { systemClock } from '../../../protocol/time/system-clock.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import { type Call, command } from '../command.ts'
import { tellStory } from '../demo/story.ts'

const options = {
  once: { type: 'boolean', help: 'the story as lines, nobody at the button (so it is without a terminal)' },
  seed: { type: 'string', value: 'N', help: 'the same run again, to the byte but for the name of the line; as lines' },
} as const

export const demo = command({
  summary: 'A fob in this terminal and a sign-in that asks for its code; lines instead of a screen when piped.',
  examples: ['demo', 'demo --once --seed 1'],
  positionals: [],
  options,
  async run(call) {
    const { values, stdout } = call
    const { seed } = values
    if (stdout.isTTY && values.once !== true && seed === undefined && !call.json) return play(call)
    await using lab = await createLab(seed === undefined ? {} : { seed })
    return await recite(lab, call)
  },
})

async function recite(lab: Lab, { json, print }: Call<typeof options>): Promise<undefined> {
  const fob = await demoFob(lab)
  const { jsonStage, linesStage } = await import('../demo/lines-stage.ts')
  const stage = json ? jsonStage(lab, fob, print) : linesStage(lab, fob, print)
  await tellStory(lab, fob, stage)
}

async function play({ stdin, stdout, interruption }: Call<typeof options>): Promise<undefined> {
  await using lab = await createLab({ clock: new FollowingClock(systemClock) })
  const fob = await demoFob(lab)
  const [{ showPanel }, { PanelLog }, { Prompt }, { panelStage }] = await Promise.all([
    import('../../../firmware-sim/front-panel/show-panel.ts'),
    import('../../../firmware-sim/front-panel/panel-log.ts'),
    import('../../../firmware-sim/front-panel/prompt.ts'),
    import('../demo/panel-stage.ts'),
  ])
  const [log, prompt, ports]: [InstanceType<typeof PanelLog>, InstanceType<typeof Prompt>, string[]] = [
    new PanelLog(),
    new Prompt(),
    [],
  ]
  const leaving = new AbortController()
  const panel = showPanel({ fob, clock: lab.clock, ports, log, prompt, stdin, stdout })
  interruption().addEventListener('abort', () => panel.close())
  const story = tellStory(lab, fob, panelStage(lab.clock, log, prompt, ports, leaving.signal)).then(
    () => log.add('that is all: the fob is yours. q quits', 'hint'),
    (error: Error) => log.add(error.message, 'bad'),
  )
  await panel.done
  // The story may wait for time to pass, or for a press that never comes now: pulling the plug ends that.
  leaving.abort()
  fob.unplug()
  void story
}

/** Twenty parts per million fast: ten and a half minutes a year. */
function demoFob(lab: Lab): Promise<Fob> {
  return lab.addFob({ crystal: { ppm: 20 } })
}
