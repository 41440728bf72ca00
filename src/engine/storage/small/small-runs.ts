import { mkdirSync, type Stats, statSync } from 'node:fs'
import type { Folder, FolderTree } from '../folders/folder-tree.ts'
import { parentOf } from '../folders/relative-path.ts'
import { newPartialName } from '../names/names.ts'
import type { SmallFile } from '../types.ts'
import type { Staging } from './staging.ts'

/** Below this a folder of its own costs more than the renames that it saves. */
const minFilesTogether = 8

export interface SmallRunParts {
  readonly folders: FolderTree
  readonly staging: Staging
  /** The folder at a path, made with its parents when it is missing, proven in this call. */
  readonly ensureFolder: (path: string) => Folder
  /** True once for each folder that this target has made: nothing was placed in it yet. */
  readonly takeNew: (path: string) => boolean
}

/** Neighbours in a batch that go to one folder: `first` to before `end`. */
export interface Run {
  readonly folderPath: string
  /** Where the files' own names begin in their paths: found once for all of them. */
  readonly nameStart: number
  readonly first: number
  readonly end: number
}

/**
 * Where the temporaries of a run lie. `together`: under their own names in a staged folder that takes the place of the
 * new, empty target folder in one step. `apart`: under numbers in the staging folder. `beside`: in the target folder.
 */
export type RunPlace =
  | { readonly kind: 'together' | 'apart' /** Of the staged folder, or of the first file. */; readonly number: number }
  | {
      readonly kind: 'beside' /** A fresh partial's name: the files' own ones are made of it. */
      readonly name: string
    }

export function runsOf(files: readonly SmallFile[]): Run[] {
  const runs: Run[] = []
  let first = 0
  while (first < files.length) {
    const folderPath = parentOf(pathAt(files, first))
    const prefix = folderPath === '' ? '' : `${folderPath}/`
    let end = first + 1
    while (end < files.length && isRightBelow(prefix, pathAt(files, end))) end += 1
    runs.push({ folderPath, nameStart: prefix.length, first, end })
    first = end
  }
  return runs
}

function pathAt(files: readonly SmallFile[], index: number): string {
  return (files[index] as SmallFile).path
}

function isRightBelow(prefix: string, path: string): boolean {
  return path.startsWith(prefix) && !path.includes('/', prefix.length)
}

/** What a file of the run is called in its folder. */
export function nameIn(run: Run, path: string): string {
  return path.slice(run.nameStart)
}

/** Makes what the run's temporaries need. Throws what `ensureFolder` throws, and system errors. */
export function placeOf(run: Run, parts: SmallRunParts): RunPlace {
  const { staging, folders } = parts
  const target = parts.ensureFolder(run.folderPath)
  const staged = staging.openForWriting()
  if (!staged) return { kind: 'beside', name: newPartialName() }
  const targetStats = statSync(target.self)
  if (!isAlike(statSync(staged.self), targetStats)) return { kind: 'beside', name: newPartialName() }
  const count = run.end - run.first
  if (count < minFilesTogether || run.folderPath === '' || !parts.takeNew(run.folderPath)) {
    return { kind: 'apart', number: staging.takeNumbers(count) }
  }
  const number = staging.takeNumbers(1)
  mkdirSync(staged.child(String(number)))
  const together = folders.runFolder(staging.pathOf(number))
  return together && isSameKind(statSync(together.self), targetStats)
    ? { kind: 'together', number }
    : { kind: 'apart', number: staging.takeNumbers(count) }
}

/** The folder that holds a run's temporaries now; undefined when it is gone. */
export function folderOf(run: Run, place: RunPlace, { folders, staging }: SmallRunParts): Folder | undefined {
  if (place.kind === 'beside') return folders.runFolder(run.folderPath)
  const staged = staging.folder()
  return place.kind === 'apart' || !staged ? staged : folders.runFolder(staging.pathOf(place.number))
}

/** What the temporary of the file of this index is called in there. */
export function temporaryName(run: Run, place: RunPlace, index: number, path: string): string {
  if (place.kind === 'beside') return place.name.replace(/part$/, `${index}.part`)
  return place.kind === 'together' ? nameIn(run, path) : String(place.number + index - run.first)
}

/** A folder that was given rights of its own since it was made keeps them: its files come to it one by one. */
function isSameKind(staged: Stats, target: Stats): boolean {
  return staged.mode === target.mode && staged.uid === target.uid && staged.gid === target.gid
}

/** What is made in the one looks as if it was made in the other: same file system, same group for new files. */
function isAlike(staging: Stats, target: Stats): boolean {
  return staging.dev === target.dev && groupOfNew(staging) === groupOfNew(target)
}

const setGroupId = 0o2000

/** Linux gives new files the group of whoever makes them, unless the folder says otherwise; others the folder's. */
function groupOfNew(folder: Stats): number | undefined {
  return process.platform === 'linux' && (folder.mode & setGroupId) === 0 ? undefined : folder.gid
}
