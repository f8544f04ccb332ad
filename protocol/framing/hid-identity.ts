/** By what a host knows a fob among HID devices: its ids, and the usage of its one collection. */

export interface UsbIds {
  readonly vendorId: number
  readonly productId: number
}

/** A test id of pid.codes, for use in house: take another one for whatever leaves it. */
export const usbIds: UsbIds = { vendorId: 0x1209, productId: 0x0001 }

/** In the range that HID 1.11 (HID Usage Tables §3) leaves to vendors. */
export const hidUsage = { usagePage: 0xff5f, usage: 0x01 } as const

export const manufacturer = 'SoftFob'
