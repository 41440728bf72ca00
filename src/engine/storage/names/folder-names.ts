import { opendirSync, readdirSync, statSync } from 'node:fs'
import { sortNames } from './compare-names.ts'
import { hasLoneSurrogate, isOwnName } from './names.ts'
import { SpilledNames } from './spilled-names.ts'

/** Folders whose own record is larger are listed in runs on disk: about 50,000 names and more. */
const spillFolderBytes = 2 * 1024 * 1024
const runLength = 32_768

/** Of one folder; beyond that they are listed by the names that they have. */
const maxRestored = 100_000

/** What a name was before an earlier transfer mapped it; undefined for any other. */
export type RestoreName = (name: string) => string | undefined

/** Names of one folder in bytewise order, without this program's own files. `invalid`: not valid UTF-8, as shown. */
export interface FolderNames extends Disposable {
  readonly sorted: Iterator<string>
  readonly invalid: readonly string[]
  /** The name on the disk, of those that are listed by what they were. */
  readonly onDisk: ReadonlyMap<string, string>
}

export interface FolderNamesOptions {
  /** Absent: names as they are. One whose original is there as well keeps its own. */
  readonly restore?: RestoreName | undefined
  readonly spillBytes?: number
}

/** `at`: what to hand to a file call for the folder. Throws system errors. */
export function listFolderNames(at: string, options: FolderNamesOptions = {}): FolderNames {
  const { restore, spillBytes = spillFolderBytes } = options
  if (statSync(at).size > spillBytes) return listInRuns(at, restore)
  const names = readdirSync(at)
  const kept = names.filter((name) => !isOwnName(name))
  const { valid, invalid } = splitInvalid(at, kept)
  const { listed, onDisk } = restored(valid, restore)
  return { sorted: sortNames(listed)[Symbol.iterator](), invalid, onDisk, [Symbol.dispose]: () => undefined }
}

function restored(
  names: string[],
  restore: RestoreName | undefined,
): { listed: string[]; onDisk: Map<string, string> } {
  const onDisk = new Map<string, string>()
  if (restore) for (const name of names) note(onDisk, name, restore)
  if (onDisk.size === 0) return { listed: names, onDisk }
  for (const name of names) onDisk.delete(name)
  const mapped = new Set(onDisk.values())
  return { listed: [...names.filter((name) => !mapped.has(name)), ...onDisk.keys()], onDisk }
}

/** Of two with the same original the first is taken for it. */
function note(onDisk: Map<string, string>, name: string, restore: RestoreName): void {
  const original = restore(name)
  if (original !== undefined && onDisk.size < maxRestored && !onDisk.has(original)) onDisk.set(original, name)
}

/** Node shows bytes that are not UTF-8 as U+FFFD, a character that a name may also really hold. */
function splitInvalid(at: string, names: string[]): { valid: string[]; invalid: string[] } {
  if (process.platform === 'win32') return splitUnpaired(names)
  if (!names.some((name) => name.includes('\ufffd'))) return { valid: names, invalid: [] }
  const broken = invalidNames(at)
  if (broken.length === 0) return { valid: names, invalid: [] }
  const shown = new Set(broken)
  return { valid: names.filter((name) => !shown.has(name)), invalid: broken }
}

/** Windows has names with half a character, which nobody else can have; only it hands them out as they are. Pure. */
export function splitUnpaired(names: readonly string[]): { valid: string[]; invalid: string[] } {
  const [valid, invalid]: [string[], string[]] = [[], []]
  for (const name of names) {
    if (hasLoneSurrogate(name)) invalid.push(Buffer.from(name).toString())
    else valid.push(name)
  }
  return { valid, invalid }
}

/** A readable form of each name whose bytes are not UTF-8, with the bytes in hexadecimal: `caf%e9`. */
function invalidNames(at: string): string[] {
  return readdirSync(at, { encoding: 'buffer' })
    .filter((bytes) => Buffer.compare(Buffer.from(bytes.toString('utf8')), bytes) !== 0)
    .map((bytes) => bytes.toString('utf8'))
}

function listInRuns(at: string, restore: RestoreName | undefined): FolderNames {
  const onDisk = restore ? restoredInLarge(at, restore) : new Map<string, string>()
  const mapped = new Set(onDisk.values())
  const spilled = new SpilledNames()
  const unpaired: string[] = []
  let hasReplacement = false
  try {
    let run = [...onDisk.keys()]
    for (const name of namesOf(at)) {
      if (isOwnName(name) || mapped.has(name)) continue
      if (name.includes('\ufffd')) hasReplacement = true
      if (process.platform === 'win32' && hasLoneSurrogate(name)) {
        unpaired.push(...splitUnpaired([name]).invalid)
        continue
      }
      run.push(name)
      if (run.length < runLength) continue
      spilled.addRun(sortNames(run))
      run = []
    }
    spilled.addRun(sortNames(run))
  } catch (thrown) {
    spilled[Symbol.dispose]()
    throw thrown
  }
  const invalid = hasReplacement ? invalidNames(at) : []
  const shown = new Set(invalid)
  return {
    sorted: spilled.merged((name) => !shown.has(name)),
    invalid: [...invalid, ...unpaired],
    onDisk,
    [Symbol.dispose]: () => spilled[Symbol.dispose](),
  }
}

/** Once for the mapped names, and only if there are some once more for what stands beside them. */
function restoredInLarge(at: string, restore: RestoreName): Map<string, string> {
  const onDisk = new Map<string, string>()
  for (const name of namesOf(at)) note(onDisk, name, restore)
  if (onDisk.size > 0) for (const name of namesOf(at)) onDisk.delete(name)
  return onDisk
}

function* namesOf(at: string): Generator<string> {
  const directory = opendirSync(at, { bufferSize: 4096 })
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) yield entry.name
  } finally {
    directory.closeSync()
  }
}
