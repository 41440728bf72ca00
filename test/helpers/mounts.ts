import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Real file systems need mounting: root on Linux, and not in every container. */
export const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const at = mkdtempSync(join(tmpdir(), 'tern-mount-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tern-test', at]).status === 0
  if (isMounted) execFileSync('umount', [at])
  rmdirSync(at)
  return isMounted
})()

/** A small file system in memory, until the test ends. */
export function mountMemory(at: string, options: string): void {
  mkdirSync(at, { recursive: true })
  mount('-t', 'tmpfs', '-o', options, 'tern-test', at)
  onTestFinished(() => void spawnSync('umount', ['-l', at]))
}

/** One folder shown at another, as a drive is that can be taken away and put back. */
export function mountFolder(from: string, at: string): void {
  for (const path of [from, at]) mkdirSync(path, { recursive: true })
  mount('--bind', from, at)
  onTestFinished(() => void spawnSync('umount', ['-l', at]))
}

export function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

export function unmount(at: string): void {
  execFileSync('umount', ['-l', at])
}
