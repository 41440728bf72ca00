import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

const pageBytes = 4096
/** Half of what Linux gives back to a hypervisor at a time: one page in each stretch is enough to keep it. */
const stretchBytes = 1024 ** 2
/** As much as any work holds at once, in files and in processes. */
const warmBytes = 10 * 1024 ** 3

/**
 * Keeps free memory in a virtual machine as it is for as long as the bench runs. Such a machine gives back what lies free
 * for two seconds, in pieces of 2 MiB, and pays for every page when it is wanted again: a copy of 2 GiB then takes 0.6 s
 * or 2.1 s, whoever copies. So memory is filled once and freed but for one page in each stretch, which keeps what lies
 * around it from being whole. No setting of the system is touched, and every contender finds the same.
 * @param folder on tmpfs
 */
export function keepMemoryWarm(folder: string): void {
  const pinned = openSync(join(folder, 'pinned'), 'wx')
  const freed = openSync(join(folder, 'freed'), 'wx')
  try {
    const stretch = Buffer.alloc(stretchBytes - pageBytes, 1)
    const page = Buffer.alloc(pageBytes, 1)
    const { bavail, bsize } = statfsSync(folder)
    const stretches = Math.floor(Math.min(warmBytes, freemem() / 2, (bavail * bsize) / 2) / stretchBytes)
    for (let count = 0; count < stretches; count += 1) {
      writeSync(freed, stretch)
      writeSync(pinned, page)
    }
  } finally {
    closeSync(freed)
    closeSync(pinned)
    rmSync(join(folder, 'freed'))
  }
}
