import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importCircles, layerViolations, loadedBy } from './check-layers.ts'
import { type ImportGraph, importsOf, readImportGraph } from './import-graph.ts'
import { layerRules } from './layer-rules.ts'

const root = join(import.meta.dirname, '../..')

const graphOf = (edges: Record<string, readonly string[]>): ImportGraph =>
  new Map(
    Object.entries(edges).map(([file, targets]) => [file, targets.map((target) => ({ target, typeOnly: false }))]),
  )

describe('the sources', () => {
  const graph = readImportGraph(root, 'src')

  test('import only what their room may', () => {
    expect(graph.size).toBeGreaterThan(0)
    expect(layerViolations(graph, layerRules)).toEqual([])
  })

  test('have no circles', () => {
    expect(importCircles(graph)).toEqual([])
  })

  test('load nothing of the engine, a client or a workspace into the main process', () => {
    // One call of the command line runs in place of the app, never in it; the app's start does not load what it needs.
    const app = new Map(graph).set('src/main/headless.ts', [])
    const heavy = (file: string) => /^src\/(?:engine|client|workspace|cli)\//.test(file)
    expect([...loadedBy(app, 'src/main/index.ts')].filter(heavy)).toEqual([])
    const source = readFileSync(join(root, 'src/main/headless.ts'), 'utf8')
    expect(source).not.toMatch(/^import .*'\.\.\/cli\//m)
  })

  test('have no file past 400 lines', () => {
    const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1
    const long = [...graph.keys()].filter((file) => lines(file) > 400)
    expect(long).toEqual([])
  })

  test('reach the bridge only from renderer/bridge', () => {
    const reaching = [...graph.keys()].filter(
      (file) =>
        file.startsWith('src/renderer/') &&
        !file.startsWith('src/renderer/bridge/') &&
        /\b(?:window|globalThis|self)\s*(?:\.|\[\s*['"])tern\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(reaching).toEqual([])
  })
})

describe('the checker', () => {
  test.each([
    ['src/shared/domain/job.ts', 'zod'],
    ['src/shared/contract/stream.ts', 'node:fs'],
    ['src/shared/words/app.ts', 'src/shared/contract/view.ts'],
    ['src/platform/clock.ts', 'src/engine/index.ts'],
    ['src/engine/transfer/a.ts', 'electron'],
    ['src/engine/protocol/a.ts', 'node:net'],
    ['src/engine/protocol/a.ts', 'src/engine/storage/source/scan.ts'],
    ['src/client/a.ts', 'src/engine/transfer/a.ts'],
    ['src/client/a.ts', 'src/workspace/index.ts'],
    ['src/workspace/a.ts', 'src/client/index.ts'],
    ['src/cli/a.ts', 'src/client/rows/a.ts'],
    ['src/main/tray/a.ts', 'src/client/index.ts'],
    ['src/hosting/supervisor.ts', 'src/client/index.ts'],
    ['src/main/processes/engine-process.ts', 'src/client/rows/a.ts'],
    ['src/preload/index.ts', 'node:path'],
    ['src/preload/index.ts', 'zod'],
    ['src/renderer/a.tsx', 'electron'],
    ['src/renderer/a.tsx', 'src/main/index.ts'],
    ['src/renderer/a.tsx', 'left-pad'],
  ])('refuses %s → %s', (file, target) => {
    expect(layerViolations(graphOf({ [file]: [target] }), layerRules)).toEqual([`${file} may not import ${target}`])
  })

  test.each([
    ['src/shared/domain/job.ts', 're2js'],
    ['src/engine/transfer/a.ts', 'node:fs/promises'],
    ['src/client/a.ts', 'src/engine/index.ts'],
    ['src/main/processes/engine-process.ts', 'src/client/index.ts'],
    ['src/renderer/a.tsx', 'src/shared/words/index.ts'],
  ])('allows %s → %s', (file, target) => {
    expect(layerViolations(graphOf({ [file]: [target] }), layerRules)).toEqual([])
  })

  test('refuses a file that no rule covers', () => {
    expect(layerViolations(graphOf({ 'src/elsewhere/a.ts': [] }), layerRules)).toEqual([
      'src/elsewhere/a.ts stands under no rule',
    ])
  })

  test('allows types where only types are granted', () => {
    const graph: ImportGraph = new Map([
      ['src/preload/index.ts', [{ target: 'src/shared/contract/view.ts', typeOnly: true }]],
    ])
    expect(layerViolations(graph, layerRules)).toEqual([])
  })

  test('finds circles, also long ones and those of one file', () => {
    expect(
      importCircles(
        graphOf({
          'a.ts': ['b.ts', 'd.ts'],
          'b.ts': ['c.ts'],
          'c.ts': ['a.ts'],
          'd.ts': ['d.ts'],
          'e.ts': ['a.ts', 'node:fs'],
        }),
      ),
    ).toEqual([['d.ts'], ['a.ts', 'b.ts', 'c.ts']])
  })

  test('follows what a file loads, but not its types', () => {
    const graph: ImportGraph = new Map([
      ['a.ts', [{ target: 'b.ts', typeOnly: false }]],
      [
        'b.ts',
        [
          { target: 'c.ts', typeOnly: false },
          { target: 'd.ts', typeOnly: true },
          { target: 'a.ts', typeOnly: false },
        ],
      ],
      ['c.ts', []],
      ['d.ts', []],
    ])
    expect([...loadedBy(graph, 'a.ts')]).toEqual(['a.ts', 'b.ts', 'c.ts'])
  })

  test('sees every way to import', () => {
    const source = `
      import './side-effect.ts'
      import type { A } from './a.ts'
      import { type B } from './b.ts'
      import { type C, c } from './c.ts'
      export { d } from './d.ts'
      export type { E } from './e.ts'
      export * from './f.ts'
      const g = await import('./g.ts')
      type H = import('./h.ts').H
    `
    expect(importsOf('x.ts', source)).toEqual([
      { specifier: './side-effect.ts', typeOnly: false },
      { specifier: './a.ts', typeOnly: true },
      { specifier: './b.ts', typeOnly: true },
      { specifier: './c.ts', typeOnly: false },
      { specifier: './d.ts', typeOnly: false },
      { specifier: './e.ts', typeOnly: true },
      { specifier: './f.ts', typeOnly: false },
      { specifier: './g.ts', typeOnly: false },
      { specifier: './h.ts', typeOnly: true },
    ])
  })

  test('refuses an import whose target is computed', () => {
    expect(() => importsOf('x.ts', 'const a = await import(name)')).toThrow('computed')
  })
})
