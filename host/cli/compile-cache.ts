/** Compiled code, kept from one run to the next: most of a short command is its loading (nodejs.org/api/module.html#module-compile-cache). */

import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * In a folder of the user's own, for whoever can write there runs as the user; Node's default is in /tmp, which is anybody's.
 * Where it can't be written, everything is compiled anew, and nothing else changes.
 */
export function keepCompiled({ XDG_CACHE_HOME, LOCALAPPDATA }: Readonly<Record<string, string | undefined>>): void {
  enableCompileCache(join(XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache'), 'softfob'))
}
