/** Names as strangers give them: of anything, of any length, and now and then a key URI pasted in the wrong place. */

import { withoutSecret } from '../../protocol/oath/without-secret.ts'

/** As long as the longest that the service knows: strangers choose what they are called, and not how long it is. */
const longestName = 256

/** The name as it may be kept and shown. */
export function strangersName(name: string | undefined): string | undefined {
  return name && withoutSecret(name.slice(0, longestName))
}
