import { test } from 'vitest'
import { expectUsbipToHold } from './usbip-fuzz.ts'

test('whatever a client sends, it is answered what it asked and nothing else, in 250,000 histories', () => {
  expectUsbipToHold(250_000)
})
