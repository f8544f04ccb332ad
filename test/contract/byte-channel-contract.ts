/** What every cable does, whatever it is made of: bytes in order, all of them, and news of the end. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { closed, collect } from './cable-ends.ts'

export interface Cable {
  readonly fob: ByteChannel
  readonly host: ByteChannel
  /** Pulls the plug. */
  close(): void
}

export interface CableKind {
  connect(): Promise<Cable>
  /** Does the fob hear that the host has closed? A PTY does not tell. */
  readonly tellsHostClose: boolean
}

export function runByteChannelContract(name: string, kind: CableKind): void {
  describe(name, () => {
    let cable: Cable
    beforeEach(async () => {
      cable = await kind.connect()
    })
    afterEach(() => {
      cable.host.close()
      cable.close()
    })

    describe.each([
      ['host to fob', () => [cable.host, cable.fob] as const],
      ['fob to host', () => [cable.fob, cable.host] as const],
    ])('%s', (_, ends) => {
      test('carries each of the 256 bytes as it is, also those that a terminal would take for itself', async () => {
        const [from, to] = ends()
        const received = collect(to, 512)
        // Each byte once alone after a zero, and once amid its neighbours.
        const bytes = Uint8Array.from({ length: 512 }, (_, at) => (at < 256 ? at : at % 2 === 0 ? 0 : at - 256))
        from.write(bytes)
        expect(await received).toEqual(bytes)
      })

      test('keeps the order of many small writes', async () => {
        const [from, to] = ends()
        const received = collect(to, 2000)
        for (let at = 0; at < 1000; at++) from.write(Uint8Array.of(at >> 8, at & 0xff))
        expect(await received).toEqual(
          Uint8Array.from({ length: 2000 }, (_, at) => (at % 2 ? (at >> 1) & 0xff : at >> 9)),
        )
      })

      test('carries a write that is larger than any buffer on the way', async () => {
        const [from, to] = ends()
        const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff)
        const received = collect(to, bytes.length)
        from.write(bytes)
        expect(Buffer.compare(await received, bytes)).toBe(0)
      })

      test('lets the writer use its buffer again', async () => {
        const [from, to] = ends()
        const received = collect(to, 2)
        const buffer = Uint8Array.of(1)
        from.write(buffer)
        await collect(to, 1)
        buffer[0] = 2
        from.write(buffer)
        expect(await received).toEqual(Uint8Array.of(1, 2))
      })
    })

    test('keeps what arrives before anyone listens', async () => {
      cable.fob.write(Uint8Array.of(1, 2, 3))
      await collect(cable.fob, 1, () => cable.host.write(Uint8Array.of(9)))
      expect(await collect(cable.host, 3)).toEqual(Uint8Array.of(1, 2, 3))
    })

    test('the host hears once that the plug is pulled', async () => {
      let heard = 0
      cable.host.onClose(() => heard++)
      cable.host.onData(() => {})
      const end = closed(cable.host)
      cable.close()
      await end
      cable.host.close()
      expect(heard).toBe(1)
    })

    if (kind.tellsHostClose) {
      test('the fob hears that the host has closed', async () => {
        cable.fob.onData(() => {})
        const end = closed(cable.fob)
        cable.host.close()
        await end
      })
    }

    test('one who asks after the end hears of it as well', async () => {
      cable.host.close()
      await closed(cable.host)
    })

    test('writing after the end does nothing', () => {
      cable.host.close()
      cable.close()
      cable.host.write(Uint8Array.of(1))
      cable.fob.write(Uint8Array.of(1))
    })
  })
}
