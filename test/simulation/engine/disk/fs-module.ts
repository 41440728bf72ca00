import type { FileCalls } from './file-calls.ts'

let calls: FileCalls | undefined

/** From now on the engine's file calls go to this model; without one they fail. */
export function setFileCalls(next: FileCalls | undefined): void {
  calls = next
}

function current(): FileCalls {
  if (!calls) throw new Error('a file call outside of a simulation')
  return calls
}

type Name = Exclude<keyof FileCalls, 'closeAll' | 'openHandles' | 'syncDeviceOf'>

const names: readonly Name[] = [
  'openSync',
  'closeSync',
  'readSync',
  'write',
  'writeSync',
  'writevSync',
  'ftruncateSync',
  'fstatSync',
  'statSync',
  'lstatSync',
  'existsSync',
  'statfsSync',
  'mkdirSync',
  'rmdirSync',
  'unlinkSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'readlinkSync',
  'readdirSync',
  'opendirSync',
  'fchmodSync',
  'chmodSync',
  'fchownSync',
  'lchownSync',
  'futimesSync',
  'utimesSync',
  'lutimesSync',
  'fsyncSync',
  'fsync',
  'fdatasync',
  'readFileSync',
  'copyFileSync',
  'copyFile',
]

/** A stand-in for `node:fs`. What is not modelled is absent, so that a new call shows at once. */
export function modelledFs(): Record<string, unknown> {
  const calling =
    (name: Name) =>
    (...args: never[]) => {
      const model = current()
      return (model[name] as (...given: never[]) => unknown).apply(model, args)
    }
  // The real one, which the stand-in hides from imports.
  const { constants } = process.getBuiltinModule('node:fs')
  return { constants, ...Object.fromEntries(names.map((name) => [name, calling(name)])) }
}
