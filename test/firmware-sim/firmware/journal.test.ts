import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appendToJournal, readJournal } from '../../../firmware-sim/firmware/journal.ts'
import { Flash, PowerFailure } from '../../../firmware-sim/parts/flash.ts'

/** Small pages, eight records each: many changes of page. */
const pageSize = 128
const recordLength = 16

function freshFlash(size = pageSize): Flash {
  return new Flash(Flash.blank(2, size), size)
}

/** The flash as it is found when power has come back. */
function reopened(flash: Flash): Flash {
  return new Flash(flash.image(), flash.pageSize)
}

/** Appends, with power failing after so many bytes. @returns whether the append was done before that */
function appendTorn(flash: Flash, counter: number, afterBytes: number): boolean {
  flash.tearAfter(afterBytes)
  try {
    appendToJournal(flash, { counter })
    return true
  } catch (error) {
    if (!(error instanceof PowerFailure)) throw error
    return false
  }
}

test('a flash that never held a record has none', () => {
  expect(readJournal(freshFlash())).toBeUndefined()
})

test('the last record is read back, through thousands of them', () => {
  const flash = freshFlash()
  for (let counter = 0; counter < 3000; counter++) {
    appendToJournal(flash, { counter })
    expect(readJournal(flash)).toEqual({ counter })
  }
  expect(readJournal(reopened(flash))).toEqual({ counter: 2999 })
})

test.each([0, 255, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])('counter %d is kept exactly', counter => {
  const flash = freshFlash()
  appendToJournal(flash, { counter })
  expect(readJournal(flash)).toEqual({ counter })
})

test('a smaller counter that was written later is the newest all the same', () => {
  const flash = freshFlash()
  appendToJournal(flash, { counter: 900 })
  appendToJournal(flash, { counter: 3 })
  expect(readJournal(flash)).toEqual({ counter: 3 })
})

describe('power that fails at any byte', () => {
  test('of 400 appends, 48 of them with an erase, leaves the old record or the new one, and the next append works', () => {
    const flash = freshFlash()
    let torn = 0
    for (let counter = 1; counter <= 400; counter++) {
      for (let afterBytes = 0; ; afterBytes++) {
        const victim = reopened(flash)
        if (appendTorn(victim, counter, afterBytes)) break
        torn++
        const found = readJournal(reopened(victim))?.counter ?? 0
        if (found !== counter && found !== counter - 1) expect.fail(`${counter} torn at ${afterBytes}: read ${found}`)
        const again = reopened(victim)
        appendToJournal(again, { counter: counter + 1 })
        if (readJournal(again)?.counter !== counter + 1) expect.fail(`after ${counter} was torn at ${afterBytes}`)
      }
      appendToJournal(flash, { counter })
    }
    expect(torn).toBe(400 * recordLength + 49 * pageSize)
  })

  test('of an append that changes page in a flash of the real size', () => {
    const size = 1024
    const full = freshFlash(size)
    for (let counter = 1; counter <= (2 * size) / recordLength; counter++) appendToJournal(full, { counter })
    for (let afterBytes = 0; afterBytes < size + recordLength; afterBytes++) {
      const victim = reopened(full)
      expect(appendTorn(victim, 129, afterBytes)).toBe(false)
      expect([128, 129]).toContain(readJournal(victim)?.counter)
      appendToJournal(victim, { counter: 130 })
      expect(readJournal(victim)).toEqual({ counter: 130 })
    }
  })

  test('again and again never loses what was written', () => {
    const tears = fc.array(fc.option(fc.nat(pageSize + recordLength), { freq: 3 }), { minLength: 50, maxLength: 200 })
    fc.assert(
      fc.property(tears, tears => {
        let flash = freshFlash()
        let written = 0
        for (const [index, afterBytes] of tears.entries()) {
          const counter = index + 1
          const done = appendTorn(flash, counter, afterBytes ?? Number.POSITIVE_INFINITY)
          flash = reopened(flash)
          const found = readJournal(flash)?.counter ?? 0
          expect(done ? [counter] : [written, counter]).toContain(found)
          written = found
        }
      }),
    )
  })

  test('is seen even where the CRC of what was written so far fits the blank bytes behind it', () => {
    // Record 2 without the last byte of this counter, and then ones, has the CRC ffff.
    const counter = 5_359_872
    const flash = freshFlash()
    appendToJournal(flash, { counter: counter - 1 })
    expect(appendTorn(flash, counter, 12)).toBe(false)
    expect(readJournal(flash)).toEqual({ counter: counter - 1 })
  })
})

test('a record that is half erased is none even where the CRC of the rest fits the ones before it', () => {
  // Record 1 with this counter, all but its last byte erased, has the CRC that it had.
  const flash = freshFlash()
  appendToJournal(flash, { counter: 13_529_600 })
  for (let counter = 2; counter <= (2 * pageSize) / recordLength; counter++) appendToJournal(flash, { counter })
  expect(appendTorn(flash, 17, 12)).toBe(false)
  expect(readJournal(flash)).toEqual({ counter: 16 })
})

test('a record with any bit flipped is none', () => {
  const flash = freshFlash()
  appendToJournal(flash, { counter: 1 })
  appendToJournal(flash, { counter: 2 })
  const image = flash.image()
  for (let bit = 0; bit < recordLength * 8; bit++) {
    const flipped = image.slice()
    const at = recordLength + (bit >> 3)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
    expect(readJournal(new Flash(flipped, pageSize))).toEqual({ counter: 1 })
  }
})
