import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Page } from '@playwright/test'
import { formatBytes, formatCount } from '../../src/shared/domain/units/units.ts'
import type { TreeEntry } from '../helpers/app/trees.ts'

const projectFolder = join(import.meta.dirname, '../..')
const pictures = join(projectFolder, 'test-results/demo')

/** Tells each step with its seconds, and takes the pictures. */
export class Narrator {
  #startedMs = performance.now()

  /** Figures are told behind the step: `1.24 s, 207 MB, 294 files`. */
  async step<Value>(title: string, action: () => Promise<Value>, figures?: (value: Value) => string): Promise<Value> {
    const startedMs = performance.now()
    const value = await action()
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(2)
    console.log(`  ${title}: ${[`${seconds} s`, figures?.(value)].filter(Boolean).join(', ')}`)
    return value
  }

  async picture(page: Page, name: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    await mkdir(pictures, { recursive: true })
    await page.emulateMedia({ colorScheme })
    const path = join(pictures, `${name}-${colorScheme}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    await page.emulateMedia({ colorScheme: null })
    console.log(`    picture ${relative(process.cwd(), path)}`)
  }

  end(): void {
    console.log(`  All in ${((performance.now() - this.#startedMs) / 1000).toFixed(1)} s`)
  }
}

/** `294 files, 207 MB verified` */
export function verified(entries: readonly TreeEntry[]): string {
  const files = entries.filter((entry) => entry.kind === 'file')
  const bytes = files.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  return `${formatCount(files.length)} files, ${formatBytes(bytes)} verified by content, name and time`
}
