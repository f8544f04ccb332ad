import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DO, DONT, IAC, WILL, WONT } from '../../../firmware-sim/transport/telnet.ts'
import { TelnetOptions } from '../../../firmware-sim/transport/telnet-options.ts'

test('what is asked for is offered as well', () => {
  expect([...new TelnetOptions([0, 3, 44]).ask(0, 3)]).toEqual(
    [WILL, 0, WILL, 3, DO, 0, DO, 3].flatMap((byte, at) => (at % 2 ? byte : [IAC, byte])),
  )
})

test('agreement to what was asked for is not answered', () => {
  const options = new TelnetOptions([44])
  options.ask(44)
  expect(options.theyUse(44)).toBe(false)
  expect([...options.answer(WILL, 44)]).toEqual([])
  expect(options.theyUse(44)).toBe(true)
})

test('a wanted option is agreed to once, any other is refused each time', () => {
  const options = new TelnetOptions([44])
  expect([...options.answer(DO, 44)]).toEqual([IAC, WILL, 44])
  expect([...options.answer(DO, 44)]).toEqual([])
  expect([...options.answer(WILL, 44)]).toEqual([IAC, DO, 44])
  for (let times = 0; times < 2; times++) {
    expect([...options.answer(DO, 1)]).toEqual([IAC, WONT, 1])
    expect([...options.answer(WILL, 1)]).toEqual([IAC, DONT, 1])
  }
})

test('an option that is in force can be ended, and taken up again', () => {
  const options = new TelnetOptions([44])
  options.answer(WILL, 44)
  expect([...options.answer(WONT, 44)]).toEqual([IAC, DONT, 44])
  expect(options.theyUse(44)).toBe(false)
  expect([...options.answer(WONT, 44)]).toEqual([])
  expect([...options.answer(WILL, 44)]).toEqual([IAC, DO, 44])
})

test('two ends agree on what both want, whoever asks, and then say no more', () => {
  const wanted = fc.subarray([0, 1, 2, 3])
  fc.assert(
    fc.property(wanted, wanted, fc.boolean(), (here, there, bothAsk) => {
      const [a, b] = [new TelnetOptions(here), new TelnetOptions(there)]
      let toB = [...a.ask(...here)]
      let toA = bothAsk ? [...b.ask(...there)] : []
      for (let round = 0; round < 3; round++) [toA, toB] = [answers(b, toB), answers(a, toA)]
      expect([toA, toB]).toEqual([[], []])
      for (const option of bothAsk ? [0, 1, 2, 3] : here) {
        const both = here.includes(option) && there.includes(option)
        expect([a.theyUse(option), b.theyUse(option)]).toEqual([both, both])
      }
    }),
  )
})

function answers(end: TelnetOptions, line: readonly number[]): number[] {
  const verbs = line.flatMap((_, at) => (at % 3 === 0 ? [[line[at + 1] ?? 0, line[at + 2] ?? 0] as const] : []))
  return verbs.flatMap(([verb, option]) => [...end.answer(verb, option)])
}
