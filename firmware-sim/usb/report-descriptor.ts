/** What the fob's reports are, in the short items of HID 1.11 §6.2.2.2: 64 bytes in, 64 bytes out, of a vendor's usage. */

import { hidUsage } from '../../protocol/framing/hid-identity.ts'
import { reportLength } from '../../protocol/framing/hid-reports.ts'

/** Tag and type of an item (§6.2.2.4, 7 and 8), the two bits of its size left out. */
const prefixes = {
  usagePage: 0x04,
  usage: 0x08,
  logicalMinimum: 0x14,
  logicalMaximum: 0x24,
  reportSize: 0x74,
  input: 0x80,
  output: 0x90,
  reportCount: 0x94,
  collection: 0xa0,
  endCollection: 0xc0,
} as const

type Item = readonly [name: keyof typeof prefixes, value?: number]

const application = 0x01
/** Data, variable, absolute. */
const variable = 0x02

const items: readonly Item[] = [
  ['usagePage', hidUsage.usagePage],
  ['usage', hidUsage.usage],
  ['collection', application],
  ['logicalMinimum', 0],
  ['logicalMaximum', 0xff],
  ['reportSize', 8],
  ['reportCount', reportLength],
  ['usage', 0x02],
  ['input', variable],
  ['usage', 0x03],
  ['output', variable],
  ['endCollection'],
]

export const reportDescriptor: Uint8Array = Uint8Array.from(items.flatMap(encodeItem))

function encodeItem([name, value]: Item): number[] {
  if (value === undefined) return [prefixes[name]]
  // A logical extent is signed, so that 255 takes two bytes.
  const least = name.startsWith('logical') ? value * 2 : value
  return least > 0xff ? [prefixes[name] | 2, value & 0xff, value >> 8] : [prefixes[name] | 1, value]
}
