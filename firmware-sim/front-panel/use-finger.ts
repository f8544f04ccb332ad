/** A finger on the button: it presses once at a time, and stays for a moment that an eye can see. */

import { useRef } from 'react'
import type { Clock } from '../../protocol/time/clock.ts'
import type { Fob } from '../fob.ts'

const seenForUs = 200_000

export interface Finger {
  readonly isDown: boolean
  /** Nothing happens while a press is under way. @throws PressError when the fob shows no code */
  press(): Promise<void>
}

export function useFinger(fob: Fob, clock: Clock): Finger {
  const pressing = useRef(false)
  const pressedAtUs = useRef(Number.NEGATIVE_INFINITY)
  const press = async () => {
    if (pressing.current) return
    pressing.current = true
    pressedAtUs.current = clock.nowUs()
    try {
      await fob.press()
    } finally {
      pressing.current = false
    }
  }
  return { isDown: pressing.current || clock.nowUs() - pressedAtUs.current < seenForUs, press }
}
