import { describe, expect, test, vi } from 'vitest'
import { Flash, PowerFailure } from '../../../firmware-sim/parts/flash.ts'

const pageSize = 16

function flashOf(save?: () => void): Flash {
  return new Flash(Flash.blank(2, pageSize), pageSize, save)
}

test('is born as ones', () => {
  expect(flashOf().image()).toEqual(new Uint8Array(32).fill(0xff))
})

test('programming clears bits and never sets one', () => {
  const flash = flashOf()
  flash.program(3, Uint8Array.of(0b1010_1010))
  flash.program(3, Uint8Array.of(0b0110_0110))
  expect(flash.read(2, 3)).toEqual(Uint8Array.of(0xff, 0b0010_0010, 0xff))
})

test('erasing sets the page of an address to ones, and no other', () => {
  const flash = flashOf()
  flash.program(0, new Uint8Array(32))
  flash.erase(pageSize + 5)
  expect(flash.image()).toEqual(Uint8Array.from({ length: 32 }, (_, at) => (at < pageSize ? 0 : 0xff)))
})

test('what it hands out, and what it was made from, are copies', () => {
  const image = Flash.blank(2, pageSize)
  const flash = new Flash(image, pageSize)
  image.fill(0)
  flash.image().fill(0)
  flash.read(0, 4).fill(0)
  expect(flash.image()).toEqual(Flash.blank(2, pageSize))
})

describe('a tear', () => {
  test.each([0, 1, 2, 3])('lets %d bytes of a program through, and no save', bytes => {
    const save = vi.fn()
    const flash = flashOf(save)
    flash.tearAfter(bytes)
    expect(() => flash.program(0, Uint8Array.of(1, 2, 3, 4))).toThrow(PowerFailure)
    expect(flash.read(0, 4)).toEqual(Uint8Array.from([1, 2, 3, 4], (byte, at) => (at < bytes ? byte : 0xff)))
    expect(save).not.toHaveBeenCalled()
  })

  test('in an erase leaves the rest of the page as it was', () => {
    const flash = flashOf()
    flash.program(0, new Uint8Array(pageSize))
    flash.tearAfter(5)
    expect(() => flash.erase(0)).toThrow(PowerFailure)
    expect(flash.read(0, pageSize)).toEqual(Uint8Array.from({ length: pageSize }, (_, at) => (at < 5 ? 0xff : 0)))
  })

  test('happens once, and counts over several writes', () => {
    const flash = flashOf()
    flash.tearAfter(3)
    flash.program(0, Uint8Array.of(1, 2))
    expect(() => flash.program(2, Uint8Array.of(3, 4))).toThrow(PowerFailure)
    flash.program(3, Uint8Array.of(4))
    expect(flash.read(0, 4)).toEqual(Uint8Array.of(1, 2, 3, 4))
  })
})

test('each write is saved when it has reached the cells, and throws what its save throws', () => {
  const images: number[] = []
  const flash = flashOf(() => {
    images.push(flash.read(0, 1)[0] ?? -1)
    if (images.length === 3) throw new Error('no room')
  })
  flash.program(0, Uint8Array.of(7))
  flash.erase(0)
  expect(() => flash.program(0, Uint8Array.of(9))).toThrow('no room')
  expect(images).toEqual([7, 0xff, 9])
})
