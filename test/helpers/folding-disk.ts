import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface FoldingDisk extends Disposable {
  /** What it is, for whoever reads what was tested. */
  readonly kind: string
  /** An empty folder in which `A` and `a` are one file. */
  readonly root: string
}

interface Way {
  readonly kind: string
  readonly make: (image: string, at: string) => boolean
}

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0

const ways: readonly Way[] = [
  {
    kind: 'ext4 with casefold',
    make: (image, at) =>
      run('mkfs.ext4', '-q', '-F', '-O', 'casefold', image) &&
      run('mount', '-o', 'loop', image, at) &&
      run('mkdir', join(at, 'folding')) &&
      run('chattr', '+F', join(at, 'folding')),
  },
  { kind: 'vfat', make: (image, at) => run('mkfs.vfat', image) && run('mount', '-o', 'loop,utf8', image, at) },
  {
    kind: 'NTFS by lowntfs-3g',
    make: (image, at) =>
      run('mkntfs', '-q', '-F', image) && run('lowntfs-3g', '-o', 'loop,ignore_case,windows_names', image, at),
  },
]

/** A real disk that folds names, or undefined where this machine cannot make one: root, Linux, and one of three kinds. */
export function makeFoldingDisk(): FoldingDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  for (const { kind, make } of ways) {
    const folder = mkdtempSync(join(tmpdir(), 'tern-disk-'))
    const [image, at] = [join(folder, 'image'), join(folder, 'disk')]
    mkdirSync(at)
    writeFileSync(image, '')
    truncateSync(image, 64 * 1024 * 1024)
    const dispose = () => {
      if (statSync(at).dev !== statSync(folder).dev) run('umount', '-l', at)
      rmSync(folder, { recursive: true, force: true })
    }
    if (make(image, at)) {
      const root = kind.startsWith('ext4') ? join(at, 'folding') : join(at, 'root')
      mkdirSync(root, { recursive: true })
      if (folds(root)) return { kind, root, [Symbol.dispose]: dispose }
    }
    dispose()
  }
  return undefined
}

function folds(root: string): boolean {
  writeFileSync(join(root, 'probe'), '')
  const isFolding = lstatSync(join(root, 'PROBE'), { throwIfNoEntry: false }) !== undefined
  rmSync(join(root, 'probe'))
  return isFolding
}
