import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'

/** Prints what the demo tells, and why it failed if it did; nothing of the test runner. */
export default class ToldSteps implements Reporter {
  onStdOut(chunk: string | Buffer): void {
    process.stdout.write(chunk)
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    for (const error of result.errors) console.error(error.stack ?? error.message ?? error.value)
  }

  onEnd(result: FullResult): void {
    console.log(result.status === 'passed' ? 'The demo is over: every step worked.' : 'The demo did not get through.')
  }

  printsToStdio(): boolean {
    return true
  }
}
