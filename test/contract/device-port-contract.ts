/** What every port for a fob on HID does, whatever it is made of: channels that do not mix, and news of the end. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFob } from '../../firmware-sim/create-fob.ts'
import type { DevicePort } from '../../firmware-sim/transport/port.ts'
import { FobClient } from '../../host/fob-client.ts'
import { hidLink } from '../../protocol/framing/hid-link.ts'
import { encodeReports, hidCommands, reportLength } from '../../protocol/framing/hid-reports.ts'
import type { MessageLink, ReportPipe } from '../../protocol/framing/link.ts'
import { maxMessageLength } from '../../protocol/messages/table.ts'

export interface HidMachine {
  readonly port: DevicePort
  /** A program opens the device; a fob is plugged in by then. */
  open(): Promise<ReportPipe>
  close(): void
}

const plate = { serialNumber: 'GAHT12345678', product: 'SF-1' }

export function runDevicePortContract(name: string, start: () => Promise<HidMachine>): void {
  describe(name, () => {
    let machine: HidMachine
    beforeEach(async () => {
      machine = await start()
    })
    afterEach(() => {
      machine.port.close()
      machine.close()
    })

    describe('with an echo plugged in', () => {
      const links: MessageLink[] = []
      beforeEach(() => {
        links.splice(0)
        machine.port.attach(plate, link => {
          links.push(link)
          link.onMessage(message => link.send(message))
        })
      })

      test.each([1, 57, 58, maxMessageLength])('carries a message of %d bytes there and back', async length => {
        const link = hidLink(await machine.open())
        const message = Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff)
        expect(await answered(link, () => link.send(message))).toEqual(message)
      })

      test('lets the writer use its buffer again', async () => {
        const link = hidLink(await machine.open())
        const message = Uint8Array.of(1)
        const answer = answered(link, () => link.send(message))
        message[0] = 2
        expect(await answer).toEqual(Uint8Array.of(1))
      })

      test('keeps many messages of many programs in order, each to its own', async () => {
        const heard = await Promise.all(
          [0, 1, 2].map(async program => {
            const link = hidLink(await machine.open())
            const messages: number[] = []
            const { promise, resolve } = Promise.withResolvers<number[]>()
            link.onMessage(([from = 0, at = 0]) => {
              if (from === program) messages.push(at)
              else messages.push(-1)
              if (at === 9) resolve(messages)
            })
            await answered(link, () => link.send(Uint8Array.of(program, 0)))
            for (let at = 1; at < 10; at++) link.send(Uint8Array.of(program, at, ...new Uint8Array(100)))
            return promise
          }),
        )
        expect(heard).toEqual([0, 1, 2].map(() => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
      })

      test('drops and counts what is no message, and answers the next one', async () => {
        const pipe = await machine.open()
        const link = hidLink(pipe)
        pipe.send(new Uint8Array(reportLength))
        pipe.send(new Uint8Array(reportLength).fill(0xff))
        for (const report of encodeReports(4711, hidCommands.message, Uint8Array.of(1))) pipe.send(report)
        expect(await answered(link, () => link.send(Uint8Array.of(5)))).toEqual(Uint8Array.of(5))
        expect(machine.port.dropped).toBe(3)
      })

      test('tells a program once, and the fob once, that the plug is pulled', async () => {
        const link = hidLink(await machine.open())
        await answered(link, () => link.send(Uint8Array.of(1)))
        let heard = 0
        const ends = [link, ...links].map(end => {
          end.onClose(() => heard++)
          return new Promise<void>(resolve => end.onClose(resolve))
        })
        machine.port.close()
        await Promise.all(ends)
        machine.port.close()
        link.close()
        link.send(Uint8Array.of(1))
        expect([ends.length, heard]).toEqual([2, 2])
      })
    })

    test('a fob gives its serial number, and a code for a press, to one program while another waits its turn', async () => {
      await using fob = createFob(plate)
      fob.plug(machine.port)
      const [one, two] = await Promise.all([machine.open(), machine.open()])
      const [first, second] = [new FobClient(hidLink(one)), new FobClient(hidLink(two))]
      await Promise.all([first.hello(), second.hello()])
      const waiting = Promise.withResolvers<void>()
      const asked = first.getCode({ onProgress: () => waiting.resolve() })
      await waiting.promise
      await expect(second.getCode()).rejects.toMatchObject({ code: 'failed', reason: 'busy' })
      expect(await second.readSerialNumber()).toBe(plate.serialNumber)
      const code = await fob.press()
      expect(await asked).toMatchObject({ code })
    })
  })
}

function answered(link: MessageLink, ask: () => void): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>()
  link.onMessage(resolve)
  ask()
  return promise
}
