export type { FolderLook } from './folder-look.ts'
export type { FolderReads } from './folder-reads.ts'
export { checkName, isOwnName } from './names.ts'
export { OwnerNames } from './ownership.ts'
export type { PartialFile } from './partial-file.ts'
export { checkRelativePath, joinPath, nameOf, parentOf } from './relative-path.ts'
export { removePartial } from './remove-partial.ts'
export { removeEntry } from './removing.ts'
export { type ScanBatch, type ScanOptions, scan, scanBatches } from './scan.ts'
export { isSameVersion, SourceFolder, type SourceReader } from './source-folder.ts'
export { removeStagingLeftover } from './staging.ts'
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
export { leaveFolder } from './working-folder.ts'
