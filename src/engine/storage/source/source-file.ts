import { constants, openSync, readSync } from 'node:fs'
import { errnoOf, fileError } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'

// A pipe must not block the process; links are refused by the system itself where it can.
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file for reading, never through a link. `pathOf`: for errors.
 * @throws TernError SOURCE_NOT_FOUND, SOURCE_UNREADABLE, LINK_IN_PATH, SPECIAL_FILE
 */
export function openSource(at: string, pathOf: () => string): number {
  try {
    return openSync(at, openFlags)
  } catch (thrown) {
    const path = pathOf()
    // A socket or a device without a driver cannot even be opened.
    if (errnoOf(thrown) === 'ENXIO') throw new TernError('SPECIAL_FILE', { path }, { cause: thrown })
    throw fileError(thrown, 'source', { path })
  }
}

/**
 * Reads so many bytes from a byte position of the file, or as far as it goes, to `offset` in the buffer. Answers how many
 * bytes that were. Throws system errors.
 */
export function fillFrom(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  lengthBytes: number,
  position: number,
): number {
  let count = 0
  while (count < lengthBytes) {
    const got = readSync(fd, buffer, offset + count, lengthBytes - count, position + count)
    if (got === 0) break
    count += got
  }
  return count
}
