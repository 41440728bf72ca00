import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SourceFolder, scan, TargetFolder } from '../../../../src/engine/storage/index.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

/** Swaps `root/a/b` for a link to a folder outside and back, as fast as it can, until it is killed. */
const swapper = `
  const fs = require('node:fs')
  const [at, outside] = process.argv.slice(1)
  process.stdout.write('ready')
  for (;;) {
    try { fs.renameSync(at, at + '-aside') } catch {}
    try { fs.symlinkSync(outside, at) } catch {}
    for (let spin = 0; spin < 2000; spin += 1);
    try { fs.unlinkSync(at) } catch { try { fs.rmSync(at, { recursive: true }) } catch {} }
    try { fs.renameSync(at + '-aside', at) } catch {}
    for (let spin = 0; spin < 2000; spin += 1);
  }`

async function startSwapping(at: string, outside: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', swapper, at, outside], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  if (child.stdout) await once(child.stdout, 'data')
  return child
}

/** Counts what went through and what was refused; anything but the project's own refusals is a failure. */
function attempt(counts: Map<string, number>, call: () => unknown): unknown {
  try {
    const result = call()
    counts.set('ok', (counts.get('ok') ?? 0) + 1)
    return result
  } catch (thrown) {
    const code = (thrown as { code?: string }).code ?? String(thrown)
    counts.set(code, (counts.get(code) ?? 0) + 1)
    return undefined
  }
}

describe.runIf(process.platform === 'linux')('a folder that is swapped for a link while we work', () => {
  function trees() {
    const root = tempFolder()
    const outside = tempFolder()
    mkdirSync(join(root, 'a/b'), { recursive: true })
    writeFileSync(join(root, 'a/b/x'), 'inside')
    writeFileSync(join(outside, 'x'), 'secret')
    utimesSync(join(outside, 'x'), 1000, 1000)
    utimesSync(outside, 1000, 1000)
    return { root, outside, at: join(root, 'a/b') }
  }

  it('never leads a write, a rename, a new folder, a time or a removal outside', async () => {
    const { root, outside, at } = trees()
    await startSwapping(at, outside)
    const target = new TargetFolder(root)
    onTestFinished(() => target.close())
    const counts = new Map<string, number>()
    const endAtMs = performance.now() + 2000
    for (let i = 0; performance.now() < endAtMs; i += 1) {
      attempt(counts, () => target.makeFolder(`a/b/made-${i}`))
      attempt(counts, () => target.inspect('a/b/x'))
      attempt(counts, () => target.setFolderTime('a/b', 5_000_000))
      const partial = attempt(counts, () => target.openPartial('a/b/x', { onNewName: () => undefined }, 4))
      if (partial) {
        const opened = partial as ReturnType<TargetFolder['openPartial']>
        opened.write(Buffer.from('data'), 0)
        if (i % 2 === 0) attempt(counts, () => opened.discard())
        else await opened.commit({ mtimeMs: 1, onConflict: 'replace' }).catch(() => undefined)
      }
      const small = (path: string) => ({ path, bytes: Buffer.from('small'), mtimeMs: 1 })
      const together = Array.from({ length: 8 }, (_, index) => small(`a/b/made-${i}/${index}`))
      await target.writeSmallBatch([small('a/b/x'), ...together], 'replace').catch(() => undefined)
    }
    expect(counts.get('ok')).toBeGreaterThan(20)
    expect(counts.get('LINK_IN_PATH')).toBeGreaterThan(0)
    expect(readdirSync(outside)).toEqual(['x'])
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('secret')
    expect(statSync(join(outside, 'x')).mtimeMs).toBe(1_000_000)
    expect(statSync(outside).mtimeMs).toBe(1_000_000)
  })

  it('never leads a read or a listing outside', async () => {
    const { root, outside, at } = trees()
    writeFileSync(join(outside, 'only-outside'), '')
    await startSwapping(at, outside)
    const source = new SourceFolder(root)
    onTestFinished(() => source.close())
    const counts = new Map<string, number>()
    const seen = new Set<string>()
    const buffer = Buffer.alloc(6)
    const signal = new AbortController().signal
    const endAtMs = performance.now() + 2000
    while (performance.now() < endAtMs) {
      attempt(counts, () => {
        const reader = source.open('a/b/x')
        reader.read(buffer, 0)
        reader.close()
        expect(buffer.toString()).toBe('inside')
      })
      try {
        for await (const batch of scan(root, 'a', { signal, onProblem: () => undefined }))
          for (const { path } of batch) seen.add(path)
      } catch (thrown) {
        attempt(counts, () => {
          throw thrown
        })
      }
    }
    expect(counts.get('ok')).toBeGreaterThan(20)
    expect(counts.get('LINK_IN_PATH')).toBeGreaterThan(0)
    expect([...seen].sort()).toEqual(['', 'b', 'b-aside', 'b-aside/x', 'b/x'].filter((path) => seen.has(path)))
  })
})
