/**
 * A group of tests that needs something which a machine may lack: a program, a device node, a kernel module.
 *
 *     tier('codes agree with oathtool', missing('oathtool'), () => { test(…) })
 *
 * Where it is lacking, the group is one skipped test that bears its name and says why, so that the report lists it; and one
 * failed test under SOFTFOB_REQUIRE=all, so that a machine which ought to have everything can't skip anything.
 */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test } from 'vitest'

/** @param lacks what is missing and the line that mends it; undefined when nothing is */
export function tier(name: string, lacks: string | undefined, body: () => void): void {
  if (lacks === undefined) {
    describe(name, body)
    return
  }
  test(name, ({ skip }) => {
    if (process.env.SOFTFOB_REQUIRE === 'all') throw new Error(`SOFTFOB_REQUIRE=all, but this machine lacks ${lacks}`)
    skip(lacks)
  })
}

/** What `tier` says of a program that is not in PATH; undefined when it is. */
export function missing(program: string, debianPackage: string = program): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some(folder => isExecutable(join(folder, program)))
    ? undefined
    : `${program}: apt-get install ${debianPackage}`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
