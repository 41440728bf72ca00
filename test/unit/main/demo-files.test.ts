import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { demoEntries } from '../../../src/main/processes/demo-files.ts'

describe('files of the demo', () => {
  const entries = demoEntries()

  it('are a few hundred small ones and one large, with names of all kinds', () => {
    const files = entries.filter((entry) => entry.sizeBytes !== undefined)
    expect(files).toHaveLength(294)
    expect(files.filter((file) => (file.sizeBytes ?? 0) > 100_000_000)).toHaveLength(1)
    expect(files.some((file) => file.sizeBytes === 0)).toBe(true)
    expect(entries.some((entry) => entry.sizeBytes === undefined)).toBe(true)
    expect(files.some((file) => /[一-龠]/.test(file.path))).toBe(true)
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(entries.length)
  })

  it('are the same every time', () => {
    const digest = createHash('sha256').update(JSON.stringify(demoEntries())).digest('hex')
    expect(digest).toBe(createHash('sha256').update(JSON.stringify(entries)).digest('hex'))
  })
})
