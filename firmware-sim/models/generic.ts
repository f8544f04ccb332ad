/** The generic fob: a coin cell, one button, six to eight digits. */

import type { FobModel } from './model.ts'

export const genericFob: FobModel = {
  name: 'SF-1',
  firmware: '1.0.0',
  serialPrefix: 'GAHT',
  leastDisplaySeconds: 10,
  displaySeconds: 30,
  holdSeconds: 3,
  debounceMs: 20,
  // A CR2032. 2.4 µA idle empties it in ten years; a lit LCD takes six times as much.
  battery: { capacityMah: 220, idleUa: 2.4, litUa: 15 },
  flash: { pages: 2, pageSize: 1024 },
}
