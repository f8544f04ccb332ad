/** One client of the USB/IP server: it asks what there is, imports a device, and then drives it until the connection ends. */

import type { UsbIds } from '../../protocol/framing/hid-identity.ts'
import type { ByteChannel } from '../../protocol/framing/link.ts'
import { configurationValue, deviceRelease, hidInterface } from '../usb/descriptors.ts'
import type { UsbDevice } from '../usb/usb-device.ts'
import { ByteQueue } from './byte-queue.ts'
import {
  busidField,
  deviceBlock,
  directions,
  encodeOperationReply,
  encodeSubmitted,
  encodeUnlinked,
  fullSpeed,
  interfaceBlock,
  operationHeader,
  operationStatus,
  operations,
  type SubmitCommand,
  submitCommand,
  transferStatus,
  unlinkCommand,
  urbCommands,
  urbHeaderLength,
  usbipVersion,
} from './usbip-pdus.ts'

/** A device as it lies in the server, imported by one client at a time. */
export interface ExportedDevice {
  readonly busid: string
  readonly devnum: number
  readonly ids: UsbIds
  readonly device: UsbDevice
  /** The client that has it. */
  user: ByteChannel | undefined
}

const busnum = 1
/** hidraw has one transfer under way, and a program on libusb a few. */
const maxPending = 1024
/** More than any program sends to a HID device at once: hidraw takes 16 KiB. */
const maxOutLength = 64 * 1024

/** Answers a client until either end closes. What is not USB/IP ends the connection, for nothing after it could be understood. */
export function serveUsbip(channel: ByteChannel, exported: ReadonlyMap<string, ExportedDevice>): void {
  const session = new UsbipSession(channel, exported)
  channel.onClose(() => session.end())
  channel.onData(bytes => session.receive(bytes))
}

class UsbipSession {
  readonly #channel: ByteChannel
  readonly #exported: ReadonlyMap<string, ExportedDevice>
  readonly #received = new ByteQueue()
  /** Forgets a transfer, by its number. */
  readonly #pending = new Map<number, () => void>()
  #imported: ExportedDevice | undefined
  /** The heads of messages whose rest has not come yet. */
  #importing = false
  #sending: { readonly submit: SubmitCommand; readonly device: UsbDevice } | undefined
  #ended = false

  constructor(channel: ByteChannel, exported: ReadonlyMap<string, ExportedDevice>) {
    this.#channel = channel
    this.#exported = exported
  }

  receive(bytes: Uint8Array): void {
    // Whoever has been refused and goes on talking.
    if (this.#ended) this.#hangUp()
    this.#received.push(bytes)
    for (let more = true; more && !this.#ended; ) more = this.#step()
  }

  /** The connection has ended, which to the device is an unplug. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const forget of this.#pending.values()) forget()
    this.#pending.clear()
    if (this.#imported === undefined) return
    this.#imported.user = undefined
    this.#imported.device.restart()
  }

  /** @returns false when more has to come first */
  #step(): boolean {
    if (this.#sending !== undefined) return this.#takeOutData(this.#sending)
    if (this.#imported !== undefined) return this.#takeCommand(this.#imported.device)
    return this.#importing ? this.#takeBusid() : this.#takeOperation()
  }

  #takeOperation(): boolean {
    const head = this.#received.take(operationHeader.length)
    if (head === undefined) return false
    const { version, code } = operationHeader.decode(head)
    if (version !== usbipVersion) this.#refuse(code)
    else if (code === operations.deviceList) this.#send(this.#deviceList())
    else if (code === operations.import) this.#importing = true
    else this.#hangUp()
    return true
  }

  #takeBusid(): boolean {
    const name = this.#received.take(busidField.length)
    if (name === undefined) return false
    this.#importing = false
    const wanted = this.#exported.get(busidField.decode(name).busid)
    if (wanted === undefined) this.#send(encodeOperationReply(operations.import, operationStatus.noDevice))
    else if (wanted.user !== undefined) this.#send(encodeOperationReply(operations.import, operationStatus.busy))
    else this.#import(wanted)
    return true
  }

  #import(wanted: ExportedDevice): void {
    wanted.user = this.#channel
    this.#imported = wanted
    this.#send(encodeOperationReply(operations.import, operationStatus.ok, [describeDevice(wanted)]))
  }

  #takeCommand(device: UsbDevice): boolean {
    const head = this.#received.take(urbHeaderLength)
    if (head === undefined) return false
    const submit = submitCommand.decode(head)
    if (submit.command === urbCommands.unlink) this.#unlink(submit.seqnum, unlinkCommand.decode(head).unlinkSeqnum)
    else if (submit.command !== urbCommands.submit || !this.#isAcceptable(submit)) this.#hangUp()
    else if (submit.direction === directions.out) this.#sending = { submit, device }
    else this.#start(submit, new Uint8Array(0), device)
    return true
  }

  #isAcceptable({ seqnum, direction, transferBufferLength }: SubmitCommand): boolean {
    if (direction !== directions.in && direction !== directions.out) return false
    if (direction === directions.out && transferBufferLength > maxOutLength) return false
    return this.#pending.size < maxPending && !this.#pending.has(seqnum)
  }

  #takeOutData({ submit, device }: { readonly submit: SubmitCommand; readonly device: UsbDevice }): boolean {
    const data = this.#received.take(submit.transferBufferLength)
    if (data === undefined) return false
    this.#sending = undefined
    this.#start(submit, data, device)
    return true
  }

  #start(
    { seqnum, direction, ep, transferBufferLength, setup }: SubmitCommand,
    data: Uint8Array,
    device: UsbDevice,
  ): void {
    const into = direction === directions.in
    let forget = () => {}
    this.#pending.set(seqnum, () => forget())
    forget = device.submit(
      { endpoint: ep, direction: into ? 'in' : 'out', setup, length: into ? transferBufferLength : 0, data },
      outcome => {
        this.#pending.delete(seqnum)
        if (outcome === undefined) this.#send(encodeSubmitted(seqnum, transferStatus.stalled))
        else if (into) this.#send(encodeSubmitted(seqnum, transferStatus.done, { data: outcome }))
        else this.#send(encodeSubmitted(seqnum, transferStatus.done, { actualLength: data.length }))
      },
    )
  }

  /** Of one transfer: what is still pending is never answered itself. */
  #unlink(seqnum: number, unlinked: number): void {
    const forget = this.#pending.get(unlinked)
    this.#pending.delete(unlinked)
    forget?.()
    this.#send(encodeUnlinked(seqnum, forget === undefined ? transferStatus.done : transferStatus.unlinked))
  }

  #deviceList(): Uint8Array {
    const devices = [...this.#exported.values()]
    const count = new Uint8Array(4)
    new DataView(count.buffer).setUint32(0, devices.length)
    const interfaces = interfaceBlock.encode({ ...hidInterface, padding: 0 })
    const blocks = devices.flatMap(device => [describeDevice(device), interfaces])
    return encodeOperationReply(operations.deviceList, operationStatus.ok, [count, ...blocks])
  }

  /** Another version: it is told, and whatever else it says can't be read. */
  #refuse(code: number): void {
    this.#send(encodeOperationReply(code, operationStatus.error))
    this.#ended = true
  }

  #hangUp(): void {
    this.#channel.close()
  }

  #send(message: Uint8Array): void {
    this.#channel.write(message)
  }
}

function describeDevice({ busid, devnum, ids }: ExportedDevice): Uint8Array {
  return deviceBlock.encode({
    path: `/sys/devices/softfob/usb${busnum}/${busid}`,
    busid,
    busnum,
    devnum,
    speed: fullSpeed,
    idVendor: ids.vendorId,
    idProduct: ids.productId,
    bcdDevice: deviceRelease,
    bDeviceClass: 0,
    bDeviceSubClass: 0,
    bDeviceProtocol: 0,
    bConfigurationValue: configurationValue,
    bNumConfigurations: 1,
    bNumInterfaces: 1,
  })
}
