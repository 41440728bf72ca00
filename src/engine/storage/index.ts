export { OwnerNames } from './attributes/ownership.ts'
export type { FolderLook } from './folders/folder-look.ts'
export type { FolderReads } from './folders/folder-reads.ts'
export { checkRelativePath, joinPath, nameOf, parentOf } from './folders/relative-path.ts'
export { leaveFolder } from './folders/working-folder.ts'
export { checkName, isOwnName } from './names/names.ts'
export type { PartialFile } from './partial-file.ts'
export { removePartial } from './remove-partial.ts'
export { removeEntry } from './removing.ts'
export { removeStagingLeftover } from './small/staging.ts'
export { type ScanBatch, type ScanOptions, scan, scanBatches } from './source/scan.ts'
export { isSameVersion, SourceFolder, type SourceReader } from './source/source-folder.ts'
export { TargetFolder } from './target-folder.ts'
export { makeFolder, moveEntry, type TendedPlace } from './tending.ts'
export type {
  CommitResult,
  FileIdentity,
  ScanEntry,
  ScanProblem,
  SmallFile,
  SmallFileResult,
  TargetEntry,
} from './types.ts'
