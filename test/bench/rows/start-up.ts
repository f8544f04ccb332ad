/** From the shell to a code and back, beside a Node that does nothing. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../row.ts'

const softfob = join(import.meta.dirname, '../../../host/cli/softfob.js')

export async function* rows(): AsyncGenerator<Row, void> {
  const home = mkdtempSync(join(tmpdir(), 'softfob-bench-'))
  const env = { ...process.env, SOFTFOB_HOME: home, XDG_CACHE_HOME: join(home, 'cache') }
  try {
    run([softfob, 'new', 'alice'], env)
    const common = { peer: 'node -e 0', operations: 1, theirs: () => run(['-e', '0'], env) }
    const code = [softfob, 'code', 'alice']
    yield { ...common, name: 'softfob code', ours: () => run(code, env) }
    const uncached = { ...env, NODE_DISABLE_COMPILE_CACHE: '1' }
    yield { ...common, name: 'softfob code, where nothing can be cached', ours: () => run(code, uncached) }
  } finally {
    rmSync(home, { recursive: true })
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr}`)
}
