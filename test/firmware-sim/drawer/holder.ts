/** Another process, which holds a fob or has tried to. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('./hold-fob.ts', import.meta.url))

export class Holder implements Disposable {
  readonly #process: ChildProcess
  /** `held`, or the code of its DrawerError. */
  readonly said: string

  private constructor(child: ChildProcess, said: string) {
    this.#process = child
    this.said = said
  }

  static async of(folder: string, name: string): Promise<Holder> {
    const child = spawn(process.execPath, [program, folder, name], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [said] = await once(createInterface(child.stdout), 'line')
    return new Holder(child, String(said))
  }

  /** It puts the fob back, soon after it is told to. */
  async letGo(): Promise<void> {
    await promisify((done: () => void) => this.#process.stdin?.end(done))()
  }

  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL')
  }
}
