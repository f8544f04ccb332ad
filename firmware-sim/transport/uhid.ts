/** A HID device made by the Linux kernel (Documentation/hid/uhid.rst): any program finds it, as if it hung on USB. */

import { HidChannels } from '../../protocol/framing/hid-channels.ts'
import { manufacturer, type UsbIds, usbIds } from '../../protocol/framing/hid-identity.ts'
import { reportLength } from '../../protocol/framing/hid-reports.ts'
import type { MessageLink } from '../../protocol/framing/link.ts'
import { deviceRelease, type NamePlate } from '../usb/descriptors.ts'
import { reportDescriptor } from '../usb/report-descriptor.ts'
import type { DevicePort } from './port.ts'
import {
  decodeUhidEvent,
  encodeCreate,
  encodeDestroy,
  encodeGetReportFailure,
  encodeGetReportReply,
  encodeInput,
  encodeSetReportReply,
  type UhidEvent,
  uhidReportTypes,
} from './uhid-events.ts'
import { openUhidFile, type UhidFile } from './uhid-file.ts'

export interface UhidPort extends DevicePort {
  readonly kind: 'uhid'
}

export interface UhidOptions {
  readonly ids?: UsbIds
  /** /dev/uhid by default; another one in tests. */
  readonly open?: () => Promise<UhidFile>
}

/** EIO */
const inputOutputError = 5

/** The device is there when a fob has been plugged in. @throws LineError that says in one line what this machine lacks */
export async function uhidPort({ ids = usbIds, open = openUhidFile }: UhidOptions = {}): Promise<UhidPort> {
  return new UhidSocket(await open(), ids)
}

class UhidSocket implements UhidPort {
  readonly kind = 'uhid'
  readonly #file: UhidFile
  readonly #ids: UsbIds
  #channels: HidChannels | undefined
  #open = true

  constructor(file: UhidFile, ids: UsbIds) {
    this.#file = file
    this.#ids = ids
  }

  get dropped(): number {
    return this.#channels?.dropped ?? 0
  }

  attach({ serialNumber, product }: NamePlate, onLink: (link: MessageLink) => void): void {
    this.#channels = new HidChannels(report => this.#write(encodeInput(report)), onLink)
    const channels = this.#channels
    this.#file.onEvent(bytes => {
      const event = decodeUhidEvent(bytes)
      if (event !== undefined) this.#take(event, channels)
    })
    this.#file.write(
      encodeCreate({
        name: `${manufacturer} ${product}`,
        uniq: serialNumber,
        vendor: this.#ids.vendorId,
        product: this.#ids.productId,
        version: deviceRelease,
        reportDescriptor,
      }),
    )
  }

  close(): void {
    if (!this.#open) return
    this.#channels?.closeAll()
    if (this.#channels !== undefined) this.#write(encodeDestroy())
    this.#open = false
    this.#file.close()
  }

  #take(event: UhidEvent, channels: HidChannels): void {
    // Not counted: when hosts open and close fast, the kernel loses some of these events. Each alone says that none has it open.
    if (event.kind === 'open' || event.kind === 'close') channels.closeAll()
    else if (event.kind === 'output') channels.receive(withoutId(event.data))
    else if (event.kind === 'getReport') this.#write(answerGetReport(event.id, event.rtype))
    else {
      const known = event.rtype === uhidReportTypes.output
      if (known) channels.receive(withoutId(event.data))
      this.#write(encodeSetReportReply(event.id, known ? 0 : inputOutputError))
    }
  }

  /** A device that the kernel does not take reports from any more is as good as unplugged. */
  #write(event: Uint8Array): void {
    if (!this.#open) return
    try {
      this.#file.write(event)
    } catch {
      this.#open = false
      this.#file.close()
      this.#channels?.closeAll()
    }
  }
}

/** As over USB: who asks instead of listening gets zeros, after the zero that stands for the ID. */
function answerGetReport(id: number, rtype: number): Uint8Array {
  return rtype === uhidReportTypes.input
    ? encodeGetReportReply(id, new Uint8Array(1 + reportLength))
    : encodeGetReportFailure(id, inputOutputError)
}

/** hidraw hands on what a program wrote: 65 bytes, of which the first is the ID, zero for none. All else is no report of ours. */
function withoutId(data: Uint8Array): Uint8Array {
  return data[0] === 0 ? data.subarray(1) : new Uint8Array(0)
}
