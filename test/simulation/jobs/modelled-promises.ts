import type { FileCalls } from '../engine/disk/file-calls.ts'

let calls: FileCalls | undefined

export function setPromisedCalls(next: FileCalls | undefined): void {
  calls = next
}

/** A stand-in for `node:fs/promises`: what a client asks of places before it hands them to its engine. */
export function modelledPromises(): Record<string, unknown> {
  const lstat = async (path: string): Promise<unknown> => {
    if (!calls) throw new Error('a file call outside of a simulation')
    return calls.lstatSync(path)
  }
  const realpath = async (path: string): Promise<string> => {
    await lstat(path)
    return path
  }
  const mkdir = async (): Promise<void> => {
    throw new Error('no share is made in a simulation')
  }
  return { lstat, realpath, mkdir }
}
