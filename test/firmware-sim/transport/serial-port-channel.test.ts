import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SerialPortChannel } from '../../../firmware-sim/transport/serial-port-channel.ts'
import {
  DO,
  DONT,
  escapeTelnet,
  IAC,
  SB,
  subnegotiation,
  TelnetReader,
  WILL,
  WONT,
} from '../../../firmware-sim/transport/telnet.ts'
import { maxUnreadLength } from '../../../protocol/framing/stream-channel.ts'

const comPort = 44

/** A host's end without a cable: what it sends is there at once. */
function plugged({ agreed = true } = {}) {
  const heard: number[] = []
  const received: number[] = []
  let arrive: (bytes: Uint8Array) => void = () => {}
  let closed = false
  const fob = new SerialPortChannel({
    write: bytes => void heard.push(...bytes),
    onData: listener => {
      arrive = listener
    },
    onClose: () => {},
    close: () => {
      closed = true
    },
  })
  fob.onData(bytes => received.push(...bytes))
  const send = (...bytes: number[]) => {
    heard.length = 0
    arrive(Uint8Array.from(bytes))
    return heard
  }
  const greeting = [...heard]
  if (agreed) send(IAC, WILL, comPort)
  /** Asks, and takes the answer out of its wrapping. */
  const ask = (...bytes: number[]) =>
    new TelnetReader()
      .push(Uint8Array.from(send(...subnegotiation(comPort, ...bytes))))
      .commands.flatMap(command => (command.verb === SB ? [[...command.bytes.subarray(1)]] : []))
  return { fob, greeting, heard, received, send, ask, closed: () => closed }
}

describe('negotiation', () => {
  test('a port offers eight-bit data and no go-ahead, and asks for them; port control is left to the host', () => {
    expect(plugged().greeting).toEqual([WILL, DO].flatMap(verb => [0, 3].flatMap(option => [IAC, verb, option])))
  })

  test('the modem lines are told once, unasked, when the host has agreed to port control', () => {
    const { send } = plugged({ agreed: false })
    expect([...send(IAC, WILL, comPort)]).toEqual([IAC, DO, 44, IAC, SB, 44, 107, 0xb0, IAC, 240])
    expect([...send(IAC, WILL, comPort)]).toEqual([])
  })

  test('an echo is refused', () => {
    expect([...plugged().send(IAC, DO, 1, IAC, WILL, 1)]).toEqual([IAC, WONT, 1, IAC, DONT, 1])
  })

  test('without agreement to port control its commands are not heard', () => {
    const { ask, send } = plugged({ agreed: false })
    expect(ask(1, 0, 0, 0, 0)).toEqual([])
    send(IAC, WILL, comPort)
    expect(ask(1, 0, 0, 0, 0)).toHaveLength(1)
    send(IAC, WONT, comPort)
    expect(ask(1, 0, 0, 0, 0)).toEqual([])
  })
})

describe('port control', () => {
  test('9600 baud, as it travels', () => {
    const { send } = plugged()
    expect([...send(IAC, SB, 44, 1, 0, 0, 0x25, 0x80, IAC, 240)]).toEqual([
      IAC,
      SB,
      44,
      101,
      0,
      0,
      0x25,
      0x80,
      IAC,
      240,
    ])
  })

  test('a 255 in a value is doubled both ways', () => {
    const { send } = plugged()
    const rate = [0, 0, IAC, IAC, 0]
    expect([...send(IAC, SB, 44, 1, ...rate, IAC, 240)]).toEqual([IAC, SB, 44, 101, ...rate, IAC, 240])
  })

  test.each([
    ['baud rate', 1, [0, 1, 0xc2, 0], [0, 0, 0x25, 0x80], [0, 0, 0, 0]],
    ['data size', 2, [8], [7], [0]],
    ['parity', 3, [1], [3], [0]],
    ['stop size', 4, [1], [2], [0]],
    ['flow control', 5, [1], [3], [0]],
    ['break', 5, [6], [5], [4]],
    ['DTR', 5, [8], [9], [7]],
    ['RTS', 5, [11], [12], [10]],
    ['inbound flow control', 5, [14], [16], [13]],
  ])('%s is told, set, acknowledged and told again', (_, command, initial, other, question) => {
    const { ask } = plugged()
    expect(ask(command, ...question)).toEqual([[command + 100, ...initial]])
    expect(ask(command, ...other)).toEqual([[command + 100, ...other]])
    expect(ask(command, ...question)).toEqual([[command + 100, ...other]])
  })

  test.each([
    ['nine data bits', [2, 9], [102, 8]],
    ['a sixth parity', [3, 6], [103, 1]],
    ['four stop bits', [4, 4], [104, 1]],
  ])('%s: the answer is what stays in force', (_, asked, answer) => {
    expect(plugged().ask(...asked)).toEqual([answer])
  })

  test('masks are acknowledged, zero too', () => {
    const { ask } = plugged()
    expect(ask(10, 0xff)).toEqual([[110, 0xff]])
    expect(ask(11, 0)).toEqual([[111, 0]])
  })

  test('purging is acknowledged', () => {
    for (const buffers of [1, 2, 3]) expect(plugged().ask(12, buffers)).toEqual([[112, buffers]])
  })

  test('the modem lines are told when asked', () => {
    expect(plugged().ask(7)).toEqual([[107, 0xb0]])
  })

  test('an empty signature asks for ours, one with text is only heard', () => {
    expect(plugged().ask(0)).toEqual([[100, ...Buffer.from('SoftFob')]])
    expect(plugged().ask(0, 65)).toEqual([])
  })

  test.each([
    ['an unknown command', [13, 0]],
    ['an answer', [101, 0, 0, 0, 0]],
    ['a rate of three bytes', [1, 0, 0, 0]],
    ['a parity of two', [3, 1, 1]],
    ['an unknown control', [5, 20]],
    ['a control without a value', [5]],
    ['nothing', []],
  ])('%s is not answered', (_, bytes) => {
    expect(plugged().ask(...bytes)).toEqual([])
  })

  test('a subnegotiation of another option is not answered', () => {
    expect([...plugged().send(...subnegotiation(24, 1))]).toEqual([])
  })
})

describe('a host that suspends', () => {
  test('is sent no data, but answers, and all of it when it resumes', () => {
    const { fob, ask, heard } = plugged()
    ask(8)
    fob.write(Uint8Array.of(1, IAC))
    fob.write(Uint8Array.of(2))
    expect(heard).toEqual([])
    expect(ask(2, 0)).toEqual([[102, 8]])
    ask(9)
    expect(heard).toEqual([1, IAC, IAC, 2])
  })

  test('loses what is held when it purges what is on its way to it, and not what is on its way from it', () => {
    const { fob, ask, heard } = plugged()
    ask(8)
    fob.write(Uint8Array.of(1))
    ask(12, 1)
    fob.write(Uint8Array.of(2))
    ask(12, 2)
    ask(9)
    expect(heard).toEqual([2])
  })

  test('for too long is hung up on', () => {
    const { fob, ask, closed } = plugged()
    ask(8)
    fob.write(new Uint8Array(maxUnreadLength))
    expect(closed()).toBe(false)
    fob.write(Uint8Array.of(1))
    expect(closed()).toBe(true)
  })
})

test('data goes through as it is, whatever is said between', () => {
  const talk = fc.oneof(
    fc.tuple(fc.constantFrom(WILL, WONT, DO, DONT), fc.nat(255)).map(verb => [IAC, ...verb]),
    fc.uint8Array({ maxLength: 8 }).map(bytes => [...subnegotiation(comPort, ...bytes)]),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 20 }), talk), { maxLength: 20 }), pieces => {
      const { send, received } = plugged()
      for (const [data, talk] of pieces) send(...escapeTelnet(data), ...talk)
      expect(received).toEqual(pieces.flatMap(([data]) => [...data]))
    }),
  )
})

test('garbage harms nothing: it is answered at most by as much again and a little, and the port still works', () => {
  const byte = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(IAC, SB, 240, WILL, DO, comPort, 1, 5, 8, 9) },
    { weight: 1, arbitrary: fc.nat(255) },
  )
  fc.assert(
    fc.property(fc.array(fc.array(byte, { maxLength: 60 }), { maxLength: 8 }), pieces => {
      const { fob, send, ask, heard } = plugged()
      for (const piece of pieces) {
        send(...piece)
        expect(heard.length).toBeLessThan(7 * piece.length + 20)
      }
      // Whatever was begun ends here.
      send(0, IAC, 240, IAC, WILL, comPort, ...subnegotiation(comPort, 9))
      expect(ask(2, 6)).toEqual([[102, 6]])
      fob.write(Uint8Array.of(7))
      expect(heard.at(-1)).toBe(7)
    }),
  )
})
