/** Collects whatever somebody could get to see, and looks for a seed in all of it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { sightings } from '../firmware-sim/sightings.ts'

export class Lookout {
  readonly #seen: { readonly where: string; readonly what: string | Uint8Array }[] = []
  /** Pieces of a stream: a seed may lie across two of them. */
  readonly #streams: { readonly where: string; readonly pieces: Uint8Array[] }[] = []

  /** Text and bytes as they are; anything else as a debugger and as JSON show it. */
  saw(where: string, what: unknown): void {
    if (typeof what === 'string' || what instanceof Uint8Array) {
      this.#seen.push({ where, what })
      return
    }
    const everything = { depth: null, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null }
    this.#seen.push({ where, what: inspect(what, everything) })
    this.#seen.push({ where: `${where}, as JSON`, what: String(JSON.stringify(what)) })
  }

  /** Waits for a failure. @throws Error when there is none */
  async sawFailure(where: string, action: () => unknown): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.saw(where, error)
      return
    }
    throw new Error(`${where} was to fail`)
  }

  /** @returns the paths of all the files in it, from there */
  sawFolder(folder: string): string[] {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    return entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name).slice(folder.length + 1)
      this.saw(path, readFileSync(join(folder, path)))
      return path
    })
  }

  /** The same channel; every byte of it is seen, both ways. */
  watch(where: string, channel: ByteChannel): ByteChannel {
    const sent: Uint8Array[] = []
    const received: Uint8Array[] = []
    this.#streams.push({ where: `${where}, sent`, pieces: sent }, { where: `${where}, received`, pieces: received })
    channel.onData(bytes => received.push(bytes.slice()))
    return {
      write(bytes) {
        sent.push(bytes.slice())
        channel.write(bytes)
      },
      onData: listener => channel.onData(listener),
      onClose: listener => channel.onClose(listener),
      close: () => channel.close(),
    }
  }

  /** Bytes seen on all channels. */
  get streamed(): number {
    return this.#streams.flatMap(({ pieces }) => pieces).reduce((sum, { length }) => sum + length, 0)
  }

  /** `WHERE: FORM` for each form in which the seed is to be seen somewhere. */
  sightings(secret: Uint8Array): string[] {
    const streams = this.#streams.map(({ where, pieces }) => ({ where, what: Buffer.concat(pieces) }))
    return [...this.#seen, ...streams].flatMap(({ where, what }) =>
      sightings(secret, what).map(form => `${where}: ${form}`),
    )
  }
}
