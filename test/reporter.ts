/** Beside Vitest's default report: what was skipped and why, and one last line that a program can read. */

import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export class CountsReporter implements Reporter {
  readonly #print: (line: string) => void

  constructor(print: (line: string) => void = console.log) {
    this.#print = print
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const skipped = tests.filter(test => test.result().state === 'skipped')
    const passed = tests.filter(test => test.result().state === 'passed')
    // What did not get as far as a result, because the run or its worker broke off, is no success.
    const failed = tests.length - passed.length - skipped.length + brokenGroups(modules) + unhandledErrors.length
    for (const test of skipped)
      this.#print(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reason(test)}`)
    this.#print(`${passed.length} passed, ${failed} failed, ${skipped.length} skipped`)
  }
}

/** Files that did not load, and groups whose hooks failed: their tests never ran, so these stand for them. */
function brokenGroups(modules: readonly TestModule[]): number {
  const groups = modules.flatMap(module => [module, ...module.children.allSuites()])
  return groups.filter(group => group.errors().length > 0).length
}

function reason(test: TestCase): string {
  const result = test.result()
  return (result.state === 'skipped' && result.note) || 'no reason given'
}
