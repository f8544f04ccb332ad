import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeviceSources, FoundFob } from '../../host/device-sources.ts'
import { followFobs, listFobs, type News, newsBetween } from '../../host/discovery.ts'
import { LineError } from '../../protocol/framing/line-error.ts'
import { settled } from '../../protocol/time/settled.ts'
import { VirtualClock } from '../../protocol/time/virtual-clock.ts'

const alice: FoundFob = { kind: 'hid', path: '/dev/hidraw0', serialNumber: 'GAHT12345678', product: 'SF-1' }
const bob: FoundFob = { kind: 'hid', path: '/dev/hidraw1', serialNumber: 'GAHT87654321', product: 'SF-1' }
const carol: FoundFob = { kind: 'serial', path: '/dev/ttyACM0', serialNumber: 'GAHT00000001' }

/** A machine whose devices come and go by hand. */
class Machine implements DeviceSources {
  fobs: FoundFob[] = []
  listings = 0
  watched = 0
  #changed = () => {}

  async hid() {
    this.listings++
    return this.fobs.filter(({ kind }) => kind === 'hid')
  }

  async serial() {
    return this.fobs.filter(({ kind }) => kind === 'serial')
  }

  async watch(listener: () => void) {
    this.watched++
    this.#changed = listener
    return () => void this.watched--
  }

  has(...fobs: FoundFob[]): void {
    this.fobs = fobs
    this.#changed()
  }
}

function following(sources: Machine, onError: (error: LineError) => void = () => {}) {
  const clock = new VirtualClock()
  const leaving = new AbortController()
  const heard: News[] = []
  const ended = (async () => {
    for await (const news of followFobs({ sources, clock, signal: leaving.signal, onError })) heard.push(news)
  })()
  return { clock, heard, ended, leave: () => leaving.abort() }
}

describe('the list', () => {
  test('has the fobs of both kinds', async () => {
    const machine = new Machine()
    machine.has(carol, alice)
    expect(await listFobs(machine)).toEqual({ fobs: [alice, carol], errors: [] })
  })

  test('has those of one kind when the other can’t be looked at, and says why', async () => {
    const machine = new Machine()
    machine.has(alice, carol)
    const error = new LineError('unsupported', 'libudev is missing')
    machine.hid = () => Promise.reject(error)
    expect(await listFobs(machine)).toEqual({ fobs: [carol], errors: [error] })
  })
})

describe('news', () => {
  test('is told of what is there, and of each that comes and goes', async () => {
    const machine = new Machine()
    machine.has(alice)
    const { clock, heard, ended, leave } = following(machine)
    await settled()
    expect(heard.splice(0)).toEqual([{ change: 'attached', fob: alice }])
    machine.has(alice, carol)
    await clock.runFor({ seconds: 1 })
    expect(heard.splice(0)).toEqual([{ change: 'attached', fob: carol }])
    machine.has(carol)
    await clock.runFor({ seconds: 1 })
    expect(heard.splice(0)).toEqual([{ change: 'detached', fob: alice }])
    leave()
    await ended
    expect(machine.watched).toBe(0)
  })

  test('takes many changes at once for one, and looks at nothing while there is none', async () => {
    const machine = new Machine()
    const { clock, heard, leave, ended } = following(machine)
    await settled()
    for (let at = 0; at < 50; at++) machine.has(alice, bob)
    await clock.runFor({ seconds: 1 })
    await clock.runFor({ days: 1 })
    expect(heard).toHaveLength(2)
    expect(machine.listings).toBe(2)
    leave()
    await ended
  })

  test('does not miss what changes during a look', async () => {
    const machine = new Machine()
    const { clock, heard, leave, ended } = following(machine)
    await settled()
    const slow = Promise.withResolvers<void>()
    machine.serial = async () => {
      await slow.promise
      return []
    }
    machine.has(alice)
    await clock.runFor({ seconds: 1 })
    machine.has(bob)
    await clock.runFor({ seconds: 1 })
    slow.resolve()
    await settled()
    expect(heard.map(({ change, fob }) => `${change} ${fob.path}`)).toEqual([
      'attached /dev/hidraw0',
      'detached /dev/hidraw0',
      'attached /dev/hidraw1',
    ])
    leave()
    await ended
  })

  test('says once what can’t be looked at', async () => {
    const machine = new Machine()
    machine.serial = () => Promise.reject(new LineError('unsupported', "serial ports can't be listed"))
    const errors: string[] = []
    const { clock, leave, ended } = following(machine, ({ message }) => errors.push(message))
    await settled()
    machine.has(alice)
    await clock.runFor({ seconds: 1 })
    expect(errors).toEqual(["serial ports can't be listed"])
    leave()
    await ended
  })

  test('ends when the reader leaves', async () => {
    const machine = new Machine()
    machine.has(alice, bob)
    for await (const { fob } of followFobs({ sources: machine, clock: new VirtualClock() })) {
      expect(fob).toEqual(alice)
      break
    }
    expect(machine.watched).toBe(0)
  })

  test('of another fob at the same path is that one has gone and one has come', () => {
    const other = { ...alice, serialNumber: 'GAHT99999999' }
    expect(newsBetween([alice], [other])).toEqual([
      { change: 'detached', fob: alice },
      { change: 'attached', fob: other },
    ])
  })

  test('makes the one listing of the other', () => {
    const listing = fc.subarray([alice, bob, carol, { ...alice, serialNumber: 'GAHT99999999' }])
    fc.assert(
      fc.property(listing, listing, (before, after) => {
        const fobs = new Set(before)
        for (const { change, fob } of newsBetween(before, after)) {
          expect(fobs.has(fob)).toBe(change === 'detached')
          if (change === 'attached') fobs.add(fob)
          else fobs.delete(fob)
        }
        expect(fobs).toEqual(new Set(after))
      }),
    )
  })
})
