import { type ErrorCode, type ErrorParams, TernError } from '../shared/domain/errors.ts'

/** The system's own error code (`ENOSPC`) of a thrown value, if it has one. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Which side of a copy a file call served: the same errno means something else on each. */
export type FileSide = 'source' | 'target'

const sharedCodes: Readonly<Record<string, ErrorCode>> = {
  ENODEV: 'DRIVE_GONE',
  ENXIO: 'DRIVE_GONE',
  ESTALE: 'DRIVE_GONE',
  EHOSTDOWN: 'DRIVE_GONE',
  ENOTCONN: 'DRIVE_GONE',
  ESHUTDOWN: 'DRIVE_GONE',
  ELOOP: 'LINK_IN_PATH',
  ENAMETOOLONG: 'NAME_NOT_ALLOWED',
  EILSEQ: 'NAME_NOT_ALLOWED',
}

const sourceCodes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'SOURCE_NOT_FOUND',
  ENOTDIR: 'SOURCE_NOT_FOUND',
  EACCES: 'SOURCE_UNREADABLE',
  EPERM: 'SOURCE_UNREADABLE',
  EBUSY: 'SOURCE_UNREADABLE',
}

const targetCodes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  EACCES: 'TARGET_NOT_WRITABLE',
  EPERM: 'TARGET_NOT_WRITABLE',
  EROFS: 'TARGET_NOT_WRITABLE',
  EBUSY: 'TARGET_LOCKED',
  ETXTBSY: 'TARGET_LOCKED',
  ENOTDIR: 'FOLDER_OVER_FILE',
  EISDIR: 'FOLDER_OVER_FILE',
  EINVAL: 'NAME_NOT_ALLOWED',
}

/**
 * The project's code for a system error of a file call. Windows answers EPERM, EACCES and EBUSY alike for a file that
 * another program holds, so a rename or removal there passes `locked`.
 */
export function codeForErrno(errno: string | undefined, side: FileSide): ErrorCode {
  if (errno === undefined) return 'IO_ERROR'
  return (side === 'source' ? sourceCodes[errno] : targetCodes[errno]) ?? sharedCodes[errno] ?? 'IO_ERROR'
}

/** Translates at the edge: nothing above a file call ever sees an errno. The original stays as the cause. */
export function fileError(thrown: unknown, side: FileSide, params: ErrorParams = {}): TernError {
  if (thrown instanceof TernError) return thrown
  const errno = errnoOf(thrown)
  if (errno === undefined) return TernError.from(thrown)
  return new TernError(codeForErrno(errno, side), { ...params, errno }, { cause: thrown })
}
