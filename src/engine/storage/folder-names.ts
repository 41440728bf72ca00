import { opendirSync, readdirSync, statSync } from 'node:fs'
import { sortNames } from './compare-names.ts'
import { isOwnName } from './names.ts'
import { SpilledNames } from './spilled-names.ts'

/** Folders whose own record is larger are listed in runs on disk: about 50,000 names and more. */
const spillFolderBytes = 2 * 1024 * 1024
const runLength = 32_768

/** Names of one folder in bytewise order, without this program's own files. `invalid`: not valid UTF-8, as shown. */
export interface FolderNames extends Disposable {
  readonly sorted: Iterator<string>
  readonly invalid: readonly string[]
}

/** `at`: what to hand to a file call for the folder. Throws system errors. */
export function listFolderNames(at: string, spillBytes = spillFolderBytes): FolderNames {
  if (statSync(at).size > spillBytes) return listInRuns(at)
  const names = readdirSync(at)
  const kept = names.filter((name) => !isOwnName(name))
  const { valid, invalid } = splitInvalid(at, kept)
  return { sorted: sortNames(valid)[Symbol.iterator](), invalid, [Symbol.dispose]: () => undefined }
}

/** Node shows bytes that are not UTF-8 as U+FFFD, a character that a name may also really hold. */
function splitInvalid(at: string, names: string[]): { valid: string[]; invalid: string[] } {
  if (!names.some((name) => name.includes('\ufffd'))) return { valid: names, invalid: [] }
  const broken = invalidNames(at)
  if (broken.length === 0) return { valid: names, invalid: [] }
  const shown = new Set(broken)
  return { valid: names.filter((name) => !shown.has(name)), invalid: broken }
}

/** A readable form of each name whose bytes are not UTF-8, with the bytes in hexadecimal: `caf%e9`. */
function invalidNames(at: string): string[] {
  return readdirSync(at, { encoding: 'buffer' })
    .filter((bytes) => Buffer.compare(Buffer.from(bytes.toString('utf8')), bytes) !== 0)
    .map((bytes) => bytes.toString('utf8'))
}

function listInRuns(at: string): FolderNames {
  const spilled = new SpilledNames()
  const directory = opendirSync(at, { bufferSize: 4096 })
  let hasReplacement = false
  try {
    let run: string[] = []
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      if (isOwnName(entry.name)) continue
      if (entry.name.includes('\ufffd')) hasReplacement = true
      run.push(entry.name)
      if (run.length < runLength) continue
      spilled.addRun(sortNames(run))
      run = []
    }
    spilled.addRun(sortNames(run))
  } catch (thrown) {
    spilled[Symbol.dispose]()
    throw thrown
  } finally {
    directory.closeSync()
  }
  const invalid = hasReplacement ? invalidNames(at) : []
  const shown = new Set(invalid)
  return {
    sorted: spilled.merged((name) => !shown.has(name)),
    invalid,
    [Symbol.dispose]: () => spilled[Symbol.dispose](),
  }
}
