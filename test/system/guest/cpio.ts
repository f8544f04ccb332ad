/** An archive of files as the kernel takes for its first root (cpio "newc", Documentation/driver-api/early-userspace). */

export interface Entry {
  readonly path: string
  readonly mode: number
  readonly bytes: Uint8Array
}

const regularFile = 0o100000
const folder = 0o040000

export function file(path: string, bytes: Uint8Array | string, permissions = 0o644): Entry {
  return { path, mode: regularFile | permissions, bytes: Buffer.from(bytes) }
}

export function emptyFolder(path: string): Entry {
  return { path, mode: folder | 0o755, bytes: new Uint8Array() }
}

export function cpio(entries: readonly Entry[]): Uint8Array {
  const trailer = file('TRAILER!!!', '', 0)
  return Buffer.concat([...entries, trailer].flatMap(({ path, mode, bytes }, at) => header(path, mode, bytes, at + 1)))
}

function header(path: string, mode: number, bytes: Uint8Array, inode: number): Uint8Array[] {
  const name = `${path}\0`
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length, 0]
  const head = Buffer.from(`070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}${name}`)
  return [padded(head), padded(bytes)]
}

function padded(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil(bytes.length / 4) * 4
  return Buffer.concat([bytes], length)
}
