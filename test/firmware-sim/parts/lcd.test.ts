import { describe, expect, test, vi } from 'vitest'
import { darkFrame, Lcd } from '../../../firmware-sim/parts/lcd.ts'

/** Which of the segments a to g each character lights: a on top, then clockwise, g in the middle. */
const lit: Record<string, string> = {
  '0': 'abcdef',
  '1': 'bc',
  '2': 'abdeg',
  '3': 'abcdg',
  '4': 'bcfg',
  '5': 'acdfg',
  '6': 'acdefg',
  '7': 'abc',
  '8': 'abcdefg',
  '9': 'abcdfg',
  '-': 'g',
  ' ': '',
  E: 'adefg',
  r: 'eg',
}

function frame(text: string, bar = 0, lowBattery = false) {
  return { text, bar, lowBattery }
}

test.each(Object.entries(lit))('"%s" lights the segments %s', (character, segments) => {
  const lcd = new Lcd(() => 1)
  lcd.show(frame(character))
  const bits = [...segments].reduce((sum, segment) => sum | (1 << 'abcdefg'.indexOf(segment)), 0)
  expect(lcd.segments).toEqual([bits])
  expect(lcd.text).toBe(character)
})

test('a frame is read as it was written, digit by digit from the left', () => {
  const lcd = new Lcd(() => 1)
  for (const text of ['012345', '6789012', '00000000', '------', 'Err  1', '888888']) {
    lcd.show(frame(text, 3, true))
    expect(lcd).toMatchObject({ text, lit: true, bar: 3, lowBattery: true })
    expect(lcd.segments).toHaveLength(text.length)
  }
})

test('a dark one shows nothing', () => {
  const lcd = new Lcd(() => 1)
  expect(lcd).toMatchObject({ text: '', lit: false, bar: 0, lowBattery: false, segments: [] })
  lcd.show(frame('123456', 6))
  lcd.show(darkFrame)
  expect(lcd).toMatchObject({ text: '', lit: false, bar: 0, lowBattery: false, segments: [] })
})

describe('a pale one', () => {
  test('can be read down to a twentieth of its contrast', () => {
    let contrast = 1
    const lcd = new Lcd(() => contrast)
    lcd.show(frame('123456'))
    contrast = 0.05
    expect(lcd.text).toBe('123456')
    contrast = 0.049
    expect(lcd.text).toBe('')
  })

  test('has its segments lit all the same', () => {
    const lcd = new Lcd(() => 0)
    lcd.show(frame('1'))
    expect(lcd).toMatchObject({ lit: true, contrast: 0, segments: [0x06] })
  })
})

test('who listens hears of each frame when it is on the glass, until they leave', () => {
  const lcd = new Lcd(() => 1)
  const heard = vi.fn(() => lcd.text)
  const leave = lcd.onChange(heard)
  lcd.show(frame('1'))
  lcd.show(darkFrame)
  leave()
  lcd.show(frame('2'))
  expect(heard.mock.results.map(({ value }) => value)).toEqual(['1', ''])
})
