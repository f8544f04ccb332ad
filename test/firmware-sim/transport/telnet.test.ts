import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DO,
  escapeTelnet,
  IAC,
  SB,
  SE,
  subnegotiation,
  type TelnetCommand,
  TelnetReader,
  WILL,
} from '../../../firmware-sim/transport/telnet.ts'

function read(...bytes: number[]) {
  const { data, commands } = new TelnetReader().push(Uint8Array.from(bytes))
  return { data: [...data], commands }
}

describe('reading', () => {
  test('a doubled 255 is one, in data and in a subnegotiation', () => {
    expect(read(1, IAC, IAC, 2, IAC, SB, 44, IAC, IAC, 7, IAC, SE, 3)).toEqual({
      data: [1, 255, 2, 3],
      commands: [{ verb: SB, bytes: Uint8Array.of(44, 255, 7) }],
    })
  })

  test('a verb takes the byte after it, whichever it is', () => {
    expect(read(IAC, WILL, IAC, IAC, DO, 44, 9)).toEqual({
      data: [9],
      commands: [
        { verb: WILL, option: 255 },
        { verb: DO, option: 44 },
      ],
    })
  })

  test('no operation, data mark, break and a lone end are nothing', () => {
    expect(read(1, IAC, 241, IAC, 242, IAC, 243, IAC, SE, 2)).toEqual({ data: [1, 2], commands: [] })
  })

  test('a verb, or another beginning, in the middle of a subnegotiation ends it', () => {
    expect(read(IAC, SB, 44, 1, IAC, DO, 3, 5)).toEqual({ data: [5], commands: [{ verb: DO, option: 3 }] })
    expect(read(IAC, SB, 44, 1, IAC, SB, 44, 2, IAC, SE).commands).toEqual([{ verb: SB, bytes: Uint8Array.of(44, 2) }])
  })

  test('an endless subnegotiation is dropped, and what follows it is read', () => {
    const commands = (length: number) => read(IAC, SB, ...Array(length).fill(7), IAC, SE, IAC, DO, 3).commands
    expect(commands(256)).toHaveLength(2)
    expect(commands(257)).toEqual([{ verb: DO, option: 3 }])
    expect(commands(100_000)).toEqual([{ verb: DO, option: 3 }])
  })
})

const payload = fc.uint8Array({ maxLength: 40 })
const verb = fc.tuple(fc.constantFrom(WILL, DO), fc.nat(255))

test('data and commands come back as they were sent, however the line splits them', () => {
  const piece = fc.oneof(
    payload.map(bytes => ({ line: escapeTelnet(bytes), data: [...bytes], command: undefined })),
    verb.map(([verb, option]) => ({ line: Uint8Array.of(IAC, verb, option), data: [], command: { verb, option } })),
    payload.map(bytes => ({ line: subnegotiation(...bytes), data: [], command: { verb: SB, bytes } })),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (pieces, sizes) => {
        const line = Buffer.concat(pieces.map(({ line }) => line))
        const reader = new TelnetReader()
        const data: number[] = []
        const commands: TelnetCommand[] = []
        for (let at = 0; at < line.length; ) {
          const size = sizes.next().value
          const read = reader.push(line.subarray(at, at + size))
          data.push(...read.data)
          commands.push(...read.commands)
          at += size
        }
        expect(data).toEqual(pieces.flatMap(({ data }) => data))
        expect(commands).toEqual(pieces.flatMap(({ command }) => command ?? []))
      },
    ),
  )
})
