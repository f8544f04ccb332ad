/** Bytes on a telnet connection (RFC 854, RFC 855): data, and the commands between them behind an escape. */

/** Interpret as command. */
export const IAC = 255
export const SE = 240
export const SB = 250
export const WILL = 251
export const WONT = 252
export const DO = 253
export const DONT = 254

export type TelnetCommand =
  | { readonly verb: typeof WILL | typeof WONT | typeof DO | typeof DONT; readonly option: number }
  /** `bytes`: without the escapes, beginning with the option. */
  | { readonly verb: typeof SB; readonly bytes: Uint8Array }

/** A longer subnegotiation is thrown away: no option that we know has one. */
const maxSubnegotiationLength = 256

/** Tells data from commands in a stream of bytes however it is split. Whatever makes no sense is dropped. */
export class TelnetReader {
  #escaped = false
  #verb: typeof WILL | typeof WONT | typeof DO | typeof DONT | undefined
  #subnegotiation: number[] | undefined

  /** @returns the data and the commands that are complete now, each in their order */
  push(bytes: Uint8Array): { data: Uint8Array; commands: TelnetCommand[] } {
    const data = new Uint8Array(bytes.length)
    let length = 0
    const commands: TelnetCommand[] = []
    for (const byte of bytes) {
      if (this.#verb !== undefined) {
        commands.push({ verb: this.#verb, option: byte })
        this.#verb = undefined
      } else if (byte === IAC && !this.#escaped) {
        this.#escaped = true
      } else if (this.#escaped && byte !== IAC) {
        this.#escaped = false
        this.#command(byte, commands)
      } else {
        this.#escaped = false
        if (this.#subnegotiation === undefined) data[length++] = byte
        else if (this.#subnegotiation.length <= maxSubnegotiationLength) this.#subnegotiation.push(byte)
      }
    }
    return { data: data.subarray(0, length), commands }
  }

  #command(byte: number, commands: TelnetCommand[]): void {
    const inside = this.#subnegotiation
    switch (byte) {
      case SB:
        this.#subnegotiation = []
        return
      case SE:
        this.#subnegotiation = undefined
        if (inside !== undefined && inside.length <= maxSubnegotiationLength)
          commands.push({ verb: SB, bytes: Uint8Array.from(inside) })
        return
      case WILL:
      case WONT:
      case DO:
      case DONT:
        // One in the middle of a subnegotiation means that its end was lost.
        this.#subnegotiation = undefined
        this.#verb = byte
    }
  }
}

/** @returns the bytes as they travel: each 255 twice */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  const escaped = new Uint8Array(bytes.length * 2)
  let length = 0
  for (const byte of bytes) {
    if (byte === IAC) escaped[length++] = IAC
    escaped[length++] = byte
  }
  return escaped.subarray(0, length)
}

/** @param bytes the option and what there is to say about it */
export function subnegotiation(...bytes: number[]): Uint8Array {
  return Uint8Array.of(IAC, SB, ...escapeTelnet(Uint8Array.from(bytes)), IAC, SE)
}
