import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Three times what the app has for ending, for a machine that is busy with other things. */
const patienceMs = 15_000
const shownLines = 12

interface Running {
  readonly pid: number
  readonly parentPid: number
  readonly line: string
}

/** Waits for an app that was told to end. One that stays is killed with its children, and what they did is thrown. */
export async function goneInTime(gone: Promise<void>, mainPid: number, userData: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs)
  })
  const result = await Promise.race([gone, tooLate])
  clearTimeout(timer)
  if (result !== 'late') return
  const family = descendants(mainPid, await running())
  const told = [...family.map(({ line }) => line), ...(await lastLines(join(userData, 'logs')))]
  for (const { pid } of family) kill(pid)
  await gone
  throw new Error(`the app had not ended ${patienceMs / 1000} s after it was told to:\n${told.join('\n')}`)
}

/** Every process, with its state and what it waits for in the kernel. */
async function running(): Promise<readonly Running[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid,ppid,stat,wchan:20,etimes,args', '--no-headers'])
  return stdout.split('\n').map((text) => {
    const [pid = 0, parentPid = 0] = text.trim().split(/\s+/).map(Number)
    return { pid, parentPid, line: text.slice(0, 220) }
  })
}

function descendants(rootPid: number, all: readonly Running[]): readonly Running[] {
  const children = all.filter(({ parentPid }) => parentPid === rootPid)
  return [...all.filter(({ pid }) => pid === rootPid), ...children.flatMap(({ pid }) => descendants(pid, all))]
}

async function lastLines(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const tails = names.map(async (name) => {
    const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')
    return [`${name}:`, ...lines.slice(-shownLines)]
  })
  return (await Promise.all(tails)).flat()
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended in the meantime.
  }
}
