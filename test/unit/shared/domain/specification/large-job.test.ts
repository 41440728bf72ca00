import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleForNode } from '../../../../helpers/bundle.ts'

const count = 100_000
const indices = Array.from({ length: count }, (_, index) => index)
const source = (index: number) => `share=projects/lfm/${index % 100}/shot_${index}/comp_v001.exr`

const forms: Readonly<Record<string, unknown>> = {
  'a list': { tasks: indices.map((index) => ({ source: source(index), destination: 'john@example.com' })) },
  texts: { tasks: indices.map(source) },
  'a dictionary': {
    tasks: Object.fromEntries(
      indices.map((index) => [`${index}`, { source: source(index), destination: 'site=berlin' }]),
    ),
  },
  'settings and priority for each': {
    tasks: indices.map((index) => ({
      source: source(index),
      destination: `preview/${index}.exr`,
      priority: 1 + (index % 1000),
      settings: { transfer_ignore_existing: 'file', transfer_exclude: '*.tmp,*.bak' },
    })),
  },
}

interface Figures {
  readonly printed: number
  readonly cpuMs: number
  readonly residentBytes: number
}

let folder = ''
beforeAll(async () => {
  const entry = fileURLToPath(new URL('read-large-job.ts', import.meta.url))
  folder = await bundleForNode('read-large-job', { read: entry })
})

describe('100,000 tasks, read and printed by a process that does nothing else', () => {
  test.each(Object.keys(forms))('as %s: under a second and 200 MB', (form) => {
    const file = join(folder, 'job.json')
    writeFileSync(file, JSON.stringify(forms[form]))
    const args = [join(folder, 'read.mjs'), file]
    const figures = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures
    expect(figures.printed).toBe(count)
    expect(figures.residentBytes).toBeLessThan(200_000_000)
    expect(figures.cpuMs).toBeLessThan(1000)
  })
})
