/** The host's end of a HID cable: a fob as a HID device of the operating system (node-hid over hidapi). */

import { access, constants } from 'node:fs/promises'
import { hidUsage, type UsbIds, usbIds } from '../../protocol/framing/hid-identity.ts'
import { hidLink } from '../../protocol/framing/hid-link.ts'
import { LineError, systemCode } from '../../protocol/framing/line-error.ts'
import type { MessageLink } from '../../protocol/framing/link.ts'
import { type HidDevice, reportPipe } from './report-pipe.ts'

/** What hidapi knows of a device. */
export interface HidDescription {
  readonly path?: string | undefined
  readonly serialNumber?: string | undefined
  readonly product?: string | undefined
  readonly vendorId: number
  readonly productId: number
  /** Absent where the system does not tell. */
  readonly usagePage?: number | undefined
  readonly usage?: number | undefined
}

interface OpenHidDevice extends HidDevice {
  getDeviceInfo(): Promise<HidDescription>
}

/** As much of node-hid as is used here. */
export interface HidDriver {
  devicesAsync(): Promise<readonly HidDescription[]>
  readonly HIDAsync: { open(path: string): Promise<OpenHidDevice> }
}

/** Lets whoever sits at the machine talk to fobs; a line of /etc/udev/rules.d. */
export const hidrawRule = `KERNEL=="hidraw*", KERNELS=="0003:${hex(usbIds.vendorId)}:${hex(usbIds.productId)}.*", TAG+="uaccess"`

/**
 * Opens a fob's HID device; other programs may have it open as well.
 * @param path such as /dev/hidraw0; on macOS and Windows, the one that `listFobs` gives
 * @param options.driver node-hid by default; another one in tests
 * @throws LineError that says why it can't be opened and what to do
 */
export async function connectHid(path: string, { driver }: { readonly driver?: HidDriver } = {}): Promise<MessageLink> {
  const { HIDAsync } = driver ?? (await loadHidDriver())
  const device = await HIDAsync.open(path).catch(async (error: unknown) => {
    throw await explain(path, error)
  })
  // What a stranger's keyboard would make of our reports nobody knows.
  const found = await device.getDeviceInfo()
  if (isFob(found)) return hidLink(reportPipe(device))
  await device.close()
  throw new LineError(
    'not-found',
    `${path} is no fob but ${found.product || 'another device'}: softfob list shows fobs`,
  )
}

/** @throws LineError that says what is missing */
export async function loadHidDriver(): Promise<HidDriver> {
  try {
    const driver = await import('node-hid')
    // Its native part is only loaded when something is asked of it.
    driver.getHidapiVersion()
    return driver
  } catch (error) {
    throw explainMissing(error)
  }
}

/** By the usage of its one collection; where the system keeps that to itself, by its ids. */
export function isFob({ usagePage, usage, ...ids }: HidDescription): boolean {
  if (usagePage !== undefined) return usagePage === hidUsage.usagePage && usage === hidUsage.usage
  return hasIds(ids)
}

export function hasIds({ vendorId, productId }: UsbIds): boolean {
  return vendorId === usbIds.vendorId && productId === usbIds.productId
}

/** Of Linux: the Debian packages that the native part of node-hid needs. */
const debianPackages: Readonly<Record<string, string>> = { 'libusb-1.0': 'libusb-1.0-0', libudev: 'libudev1' }

export function explainMissing(error: unknown): LineError {
  const [, library = ''] = /\b(libusb-1\.0|libudev)\.so/.exec(String(error)) ?? []
  const debianPackage = debianPackages[library]
  if (debianPackage === undefined)
    return new LineError('unsupported', 'the HID driver is missing or does not load: npm install node-hid', error)
  return new LineError(
    'unsupported',
    `${library} is missing, and HID needs it: sudo apt-get install ${debianPackage}`,
    error,
  )
}

/** hidapi says why in words alone, so the system is asked, where a device is a file. */
async function explain(path: string, error: unknown): Promise<LineError> {
  const code = path.startsWith('/') ? await whyClosed(path) : ''
  const why = error instanceof Error ? error.message.replace(/^.*?: /, '') : String(error)
  if (code === 'ENOENT')
    return new LineError('not-found', `there is no ${path}: plug the fob in, and softfob list shows its path`, error)
  if (code === 'EACCES' || code === 'EPERM') {
    const rule = `echo '${hidrawRule}' | sudo tee /etc/udev/rules.d/70-softfob-hidraw.rules`
    return new LineError('denied', `you may not open ${path}: ${rule}, then plug the fob in again`, error)
  }
  return new LineError('failed', `${path} can't be opened as a HID device: ${why}`, error)
}

async function whyClosed(path: string): Promise<string> {
  return access(path, constants.R_OK | constants.W_OK).then(() => '', systemCode)
}

function hex(id: number): string {
  return id.toString(16).toUpperCase().padStart(4, '0')
}
