/** `softfob/client`: talk to a fob over a cable. */

export { LineError, type LineErrorCode } from '../protocol/framing/line-error.ts'
export type { ByteChannel, MessageLink } from '../protocol/framing/link.ts'
export { serialLink } from '../protocol/framing/serial-link.ts'
export { type CommandOptions, FobClient, type FobClientOptions, type GetCodeOptions } from './fob-client.ts'
export { FobError, type FobErrorCode } from './fob-error.ts'
export { type Registrar, registerFob } from './registration/register-fob.ts'
export { readTwoCodes, type TwoCodes, type TwoCodesOptions } from './registration/two-codes.ts'
export { connectMemory } from './transport/memory.ts'
export { connectSerial } from './transport/serial.ts'
export { connectTcp, type TcpAddress } from './transport/tcp.ts'
