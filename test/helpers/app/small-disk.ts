import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether this process may mount: root on Linux, and not in a container that keeps it from that. */
export async function mayMount(folder: string): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    await using _disk = await mountDisk(folder, 1 << 20)
    return true
  } catch {
    return false
  }
}

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  resize(sizeBytes: number): Promise<void>
  setReadOnly(isReadOnly: boolean): Promise<void>
}

/** A disk of its own at `path`, of this size. Needs root. */
export async function mountDisk(path: string, sizeBytes: number): Promise<SmallDisk> {
  await mkdir(path, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=700`, 'tern-test', path])
  const remount = (option: string) => run('mount', ['-o', `remount,${option}`, path])
  return {
    path,
    async resize(size) {
      await remount(`size=${size}`)
    },
    async setReadOnly(isReadOnly) {
      await remount(isReadOnly ? 'ro' : 'rw')
    },
    async [Symbol.asyncDispose]() {
      // Something may still be about to close a file on it.
      await run('umount', ['--lazy', path])
    },
  }
}
