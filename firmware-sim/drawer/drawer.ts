/** The drawer that fobs lie in: a folder with a file for each. Their clocks run on while nothing else does. */

import type { KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../protocol/framing/line-error.ts'
import type { AdjustableClock, Clock } from '../../protocol/time/clock.ts'
import type { Entropy } from '../../protocol/time/entropy.ts'
import { createFob, type FobOptions, restoreFob } from '../create-fob.ts'
import type { Fob } from '../fob.ts'
import type { FobSnapshot } from '../snapshot.ts'
import { replaceFile } from './atomic-write.ts'
import { DrawerError } from './drawer-error.ts'
import { decodeFobFile, decodeFobHead, encodeFobFile, type FobHead } from './fob-file.ts'
import { Lock } from './lock.ts'

export interface DrawerOptions {
  readonly folder: string
  /** Every file is sealed under it. */
  readonly key: KeyObject
  readonly clock: Clock | AdjustableClock
  readonly entropy: Entropy
}

/** A fob taken out of the drawer: nobody else can take it until it is put back. */
export interface FobInHand {
  readonly fob: Fob
  /** Writes the fob as it is now. @throws DrawerError when the lock was lost or the disk is full */
  save(): void
  /** Unplugs it and gives it back, as it was last saved. */
  putBack(): Promise<void>
}

const suffix = '.fob'

export class Drawer {
  readonly folder: string
  readonly #options: DrawerOptions

  constructor(options: DrawerOptions) {
    this.folder = options.folder
    this.#options = options
  }

  names(): string[] {
    if (!existsSync(this.folder)) return []
    return readdirSync(this.folder)
      .filter(file => file.endsWith(suffix))
      .map(file => file.slice(0, -suffix.length))
      .sort()
  }

  /** The heads of all that can be read, and the errors of those that can't. */
  list(): { readonly fobs: readonly FobHead[]; readonly errors: readonly DrawerError[] } {
    const fobs: FobHead[] = []
    const errors: DrawerError[] = []
    for (const name of this.names()) {
      try {
        fobs.push(this.#open(name).head)
      } catch (error) {
        if (!(error instanceof DrawerError)) throw error
        // One that was thrown away a moment ago is no fault of the drawer.
        if (error.code !== 'unknown-fob') errors.push(error)
      }
    }
    return { fobs, errors }
  }

  /** Makes a fob and puts it in. @throws DrawerError for a name or a serial number that is taken; RangeError for an option */
  make(name: string, options: FobOptions): Fob {
    checkName(name)
    using _ = this.#lockAll()
    const fob = this.#draft(name, options)
    this.#write(name, fob)
    return fob
  }

  /**
   * The same for a fob whose seed somebody else must have too: it goes in when `deliver` has resolved, and not before,
   * so that no crash leaves a fob that nobody knows.
   */
  async makeDelivered(name: string, options: FobOptions, deliver: (fob: Fob) => Promise<void>): Promise<Fob> {
    checkName(name)
    using _ = this.#lockAll()
    const fob = this.#draft(name, options)
    await deliver(fob)
    this.#write(name, fob)
    return fob
  }

  /** @throws DrawerError for a fob that is unknown, held by another process, damaged or of another version. */
  take(name: string, waitMs = 0): FobInHand {
    if (!this.has(name)) throw unknownFob(name)
    const lock = this.#lock(name, waitMs)
    const write = (fob: Fob) => {
      if (!lock.held) {
        throw new DrawerError(
          'lost-lock',
          `the lock on ${name} was lost (${this.folder}/.${name}.lock is gone or another): nothing was written; take the fob anew`,
        )
      }
      this.#write(name, fob)
    }
    try {
      const { clock, entropy, key } = this.#options
      const fob = restoreFob(this.#read(name), key, { clock, entropy, save: write })
      return {
        fob,
        save: () => write(fob),
        putBack: async () => {
          await fob[Symbol.asyncDispose]()
          lock.release()
        },
      }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  has(name: string): boolean {
    return isName(name) && existsSync(this.#path(name))
  }

  /** One at a time, so that two can't be given the same serial number. */
  #lockAll(): Lock {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    const lock = Lock.take(join(this.folder, '.drawer.lock'), 5000)
    if (lock !== undefined) return lock
    throw new DrawerError('in-use', `${this.folder} is in use by another process: try again`)
  }

  /** A new fob that is not in the drawer yet, under a name and a serial number that nobody has. */
  #draft(name: string, options: FobOptions): Fob {
    if (existsSync(this.#path(name)))
      throw new DrawerError('name-taken', `there is a fob ${name} already: choose another name`)
    const { clock, entropy } = this.#options
    const fob = createFob({ clock, entropy, ...options })
    const twin = this.list().fobs.find(other => other.serialNumber === fob.serialNumber)
    if (twin === undefined) return fob
    throw new DrawerError(
      'serial-taken',
      `serial number ${fob.serialNumber} is that of ${twin.name}: choose another, or leave --serial out`,
    )
  }

  #lock(name: string, waitMs = 0): Lock {
    const lock = Lock.take(join(this.folder, `.${name}.lock`), waitMs)
    if (lock !== undefined) return lock
    throw new DrawerError('in-use', `${name} is in use by another process: end that one, or try again`)
  }

  #read(name: string): FobSnapshot {
    return decodeFobFile(this.#open(name).text, this.#path(name), this.#options.key)
  }

  #open(name: string): { readonly head: FobHead; readonly text: string } {
    const path = this.#path(name)
    const text = this.#text(name)
    const head = decodeFobHead(text, path)
    // A copy would show every HOTP code a second time.
    if (head.name !== name) {
      const cure = this.has(head.name) ? 'delete this copy of it' : `rename it to ${head.name}${suffix}`
      throw new DrawerError('damaged', `${path} is the fob ${head.name}: ${cure}`)
    }
    return { head, text }
  }

  #text(name: string): string {
    const path = this.#path(name)
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT') throw unknownFob(name)
      throw new DrawerError(
        'damaged',
        `${path} can't be read (${code}): make it a file of yours, or move it away`,
        error,
      )
    }
  }

  #write(name: string, fob: Fob): void {
    const { key, entropy } = this.#options
    const text = encodeFobFile(name, fob.snapshot(key), key, entropy)
    try {
      replaceFile(this.#path(name), text)
    } catch (error) {
      const why = systemCode(error) === 'ENOSPC' ? 'the disk is full: make room there' : String(error)
      throw new DrawerError(
        'not-written',
        `${this.#path(name)} could not be written, ${why}; what it held is unchanged`,
        error,
      )
    }
  }

  #path(name: string): string {
    return join(this.folder, name + suffix)
  }
}

function unknownFob(name: string): DrawerError {
  return new DrawerError('unknown-fob', `there is no fob ${name}`)
}

function isName(name: string): boolean {
  return /^[A-Za-z0-9][\w@+-]{0,63}$/.test(name)
}

function checkName(name: string): void {
  if (!isName(name)) {
    throw new DrawerError(
      'bad-name',
      `"${name}" can't name a fob: use up to 64 letters, digits, _ @ + or -, a letter or digit first`,
    )
  }
}
