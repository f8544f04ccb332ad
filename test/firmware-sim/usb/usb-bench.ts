/** A fob's USB device on the bench: requests by their eight bytes, reports by hand, and all in hexadecimal. */

import type { NamePlate } from '../../../firmware-sim/usb/descriptors.ts'
import { type Outcome, UsbDevice } from '../../../firmware-sim/usb/usb-device.ts'
import { type UsbIds, usbIds } from '../../../protocol/framing/hid-identity.ts'
import type { MessageLink } from '../../../protocol/framing/link.ts'

const plate: NamePlate = { serialNumber: 'GAHT12345678', product: 'SF-1' }

const none = new Uint8Array()

export class UsbBench {
  readonly links: MessageLink[] = []
  readonly heard: string[] = []
  readonly device: UsbDevice

  constructor(namePlate: NamePlate = plate, ids: UsbIds = usbIds) {
    this.device = new UsbDevice(namePlate, ids, link => {
      this.links.push(link)
      link.onMessage(message => this.heard.push(hex(message)))
    })
  }

  /** @returns what the device sends, or 'stall'; an empty text when it only accepts */
  control(setup: string, data: Uint8Array = none, length = 0xffff): string {
    const [outcome = 'nothing'] = this.transfer(0, data.length > 0 ? 'out' : 'in', { setup, data, length }).outcomes
    return outcome
  }

  send(report: Uint8Array): string {
    return this.transfer(1, 'out', { data: report }).outcomes[0] ?? 'nothing'
  }

  /** Waits for an input report. */
  read(length = 64): { outcomes: string[]; cancel: () => void } {
    return this.transfer(1, 'in', { length })
  }

  transfer(
    endpoint: number,
    direction: 'in' | 'out',
    { setup = '0000000000000000', data = none, length = 0 }: { setup?: string; data?: Uint8Array; length?: number },
  ): { outcomes: string[]; cancel: () => void } {
    const outcomes: string[] = []
    const take = (outcome: Outcome) => void outcomes.push(outcome === undefined ? 'stall' : hex(outcome))
    const bytes = Buffer.from(setup.replaceAll(' ', ''), 'hex')
    return { outcomes, cancel: this.device.submit({ endpoint, direction, setup: bytes, length, data }, take) }
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
