#!/usr/bin/env node
/** The softfob command. It asks for a Node that can run it before it loads anything that needs one. */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `softfob needs Node 22.13 or newer, and this is ${process.versions.node}: in a clone, run npm install, which brings Node 24`,
  )
  process.exitCode = 1
} else {
  const { keepCompiled } = await import('./compile-cache.ts')
  keepCompiled(process.env)
  if (major < 24) (await import('./node-warnings.ts')).hideSqliteWarning(process)
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
