import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A fresh folder that is removed when the test has ended. */
export function tempFolder(parent: string = tmpdir()): string {
  const path = realpathSync(mkdtempSync(join(parent, 'tern-test-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
