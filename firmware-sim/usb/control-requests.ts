/** What the fob answers on endpoint zero: USB 2.0 §9.4 and the class requests of HID 1.11 §7.2. All else is stalled. */

import { reportLength } from '../../protocol/framing/hid-reports.ts'
import { configurationValue, type Descriptors, descriptorTypes, endpoints } from './descriptors.ts'
import { type Decoded, Layout, u8, u16 } from './layout.ts'

const setupLayout = new Layout('little-endian', {
  bmRequestType: u8,
  bRequest: u8,
  wValue: u16,
  wIndex: u16,
  wLength: u16,
})
type Setup = Decoded<typeof setupLayout>

/** Of the device, as much as requests read and change. */
export interface ControlledDevice {
  readonly descriptors: Descriptors
  /** 0 before it is configured. */
  configuration: number
  /** As SET_IDLE and SET_PROTOCOL left them; the fob reports what is new, in one protocol, whatever they are. */
  idle: number
  protocol: number
  readonly halted: ReadonlySet<number>
  halt(endpoint: number): void
  unhalt(endpoint: number): void
  /** An output report. */
  receive(report: Uint8Array): void
  /** Forgets its hosts and their halts: it is being used anew. */
  restart(): void
}

/** @returns undefined to stall */
type Answer = (device: ControlledDevice, setup: Setup, data: Uint8Array) => Uint8Array | undefined

const endpointHalt = 0
const portReset = 4
export const reportTypes = { input: 1, output: 2 } as const

const done = new Uint8Array(0)
const word = (value: number) => Uint8Array.of(value, 0)

/** Each with its bmRequestType and bRequest. Those to the interface and to endpoints count only in a configured device. */
const requests: readonly (readonly [bmRequestType: number, bRequest: number, name: string, answer: Answer])[] = [
  [0x80, 0x00, 'GET_STATUS', () => word(0)],
  // Never from Linux, whose own virtual controller keeps it.
  [0x00, 0x05, 'SET_ADDRESS', () => done],
  [0x80, 0x06, 'GET_DESCRIPTOR', ({ descriptors }, { wValue }) => ownDescriptor(descriptors, wValue)],
  [0x80, 0x08, 'GET_CONFIGURATION', ({ configuration }) => Uint8Array.of(configuration)],
  [0x00, 0x09, 'SET_CONFIGURATION', (device, { wValue }) => setConfiguration(device, wValue)],

  [0x81, 0x00, 'GET_STATUS', () => word(0)],
  [0x81, 0x06, 'GET_DESCRIPTOR', ({ descriptors }, { wValue }) => interfaceDescriptor(descriptors, wValue)],
  [0x81, 0x0a, 'GET_INTERFACE', () => Uint8Array.of(0)],
  [0x01, 0x0b, 'SET_INTERFACE', (device, { wValue }) => setInterface(device, wValue)],

  [0x82, 0x00, 'GET_STATUS', (device, { wIndex }) => endpointStatus(device, wIndex)],
  [0x02, 0x01, 'CLEAR_FEATURE', (device, setup) => setHalt(device, setup, false)],
  [0x02, 0x03, 'SET_FEATURE', (device, setup) => setHalt(device, setup, true)],

  // A fob has one input report at a time, and never twice: whoever asks instead of listening gets zeros, no code.
  [0xa1, 0x01, 'GET_REPORT', (_, { wValue }) => (isReport(wValue, 'input') ? new Uint8Array(reportLength) : undefined)],
  [0xa1, 0x02, 'GET_IDLE', ({ idle }) => Uint8Array.of(idle)],
  [0xa1, 0x03, 'GET_PROTOCOL', ({ protocol }) => Uint8Array.of(protocol)],
  [0x21, 0x09, 'SET_REPORT', (device, { wValue }, data) => setReport(device, wValue, data)],
  [0x21, 0x0a, 'SET_IDLE', (device, { wValue }) => setIdle(device, wValue)],
  [0x21, 0x0b, 'SET_PROTOCOL', (device, { wValue }) => setProtocol(device, wValue)],

  // To the port of the hub, which usbip-win2 takes us for.
  [0x23, 0x03, 'SET_FEATURE', (device, { wValue }) => resetPort(device, wValue)],
]

const answers = new Map(
  requests.map(([bmRequestType, bRequest, , answer]) => [(bmRequestType << 8) | bRequest, answer]),
)

/**
 * @param setup the eight bytes of a SETUP packet
 * @param data what the host sent after it
 * @returns what the device sends, at most wLength bytes; undefined when it stalls
 */
export function answerControl(device: ControlledDevice, setup: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  const request = setupLayout.decode(setup)
  const { bmRequestType, bRequest, wIndex, wLength } = request
  const recipient = bmRequestType & 0x1f
  const inside = recipient === 1 || recipient === 2
  if (inside && device.configuration === 0) return undefined
  if (recipient === 1 && wIndex !== 0) return undefined
  return answers
    .get((bmRequestType << 8) | bRequest)?.(device, request, data)
    ?.subarray(0, wLength)
}

/** No device qualifier, for it knows full speed alone, and no BOS. */
function ownDescriptor({ device, configuration, strings }: Descriptors, wValue: number): Uint8Array | undefined {
  const [type, index] = [wValue >> 8, wValue & 0xff]
  if (type === descriptorTypes.string) return strings[index]
  if (index !== 0) return undefined
  if (type === descriptorTypes.device) return device
  return type === descriptorTypes.configuration ? configuration : undefined
}

function interfaceDescriptor({ hid, report }: Descriptors, wValue: number): Uint8Array | undefined {
  if (wValue === descriptorTypes.hid << 8) return hid
  return wValue === descriptorTypes.report << 8 ? report : undefined
}

function setConfiguration(device: ControlledDevice, value: number): Uint8Array | undefined {
  if (value !== 0 && value !== configurationValue) return undefined
  device.restart()
  device.configuration = value
  return done
}

function setInterface(device: ControlledDevice, alternate: number): Uint8Array | undefined {
  if (alternate !== 0) return undefined
  for (const endpoint of Object.values(endpoints)) device.unhalt(endpoint)
  return done
}

function endpointStatus({ halted }: ControlledDevice, endpoint: number): Uint8Array | undefined {
  return isEndpoint(endpoint) ? word(halted.has(endpoint) ? 1 : 0) : undefined
}

function setHalt(device: ControlledDevice, { wValue, wIndex }: Setup, halt: boolean): Uint8Array | undefined {
  if (wValue !== endpointHalt || !isEndpoint(wIndex)) return undefined
  if (halt) device.halt(wIndex)
  else device.unhalt(wIndex)
  return done
}

function setReport(device: ControlledDevice, wValue: number, data: Uint8Array): Uint8Array | undefined {
  if (!isReport(wValue, 'output')) return undefined
  device.receive(data)
  return done
}

function setIdle(device: ControlledDevice, wValue: number): Uint8Array | undefined {
  if ((wValue & 0xff) !== 0) return undefined
  device.idle = wValue >> 8
  return done
}

function setProtocol(device: ControlledDevice, wValue: number): Uint8Array | undefined {
  if (wValue > 1) return undefined
  device.protocol = wValue
  return done
}

function resetPort(device: ControlledDevice, feature: number): Uint8Array | undefined {
  if (feature !== portReset) return undefined
  device.restart()
  return done
}

/** Report type in the high byte; the low one is the report ID, of which there are none. */
function isReport(wValue: number, type: keyof typeof reportTypes): boolean {
  return wValue === reportTypes[type] << 8
}

function isEndpoint(address: number): boolean {
  return address === endpoints.in || address === endpoints.out
}
