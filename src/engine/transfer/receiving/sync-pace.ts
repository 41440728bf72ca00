const mebibyte = 1024 * 1024

/** So much of a large file is written before the disk is asked to take it, without waiting for that. */
export const syncEveryBytes = 8 * mebibyte
/** Of one lane: the bytes of one are written while the next one comes in. */
export const framesTakenAtOnce = 2
/**
 * What lost power may take back of one file, for each lane (24 MiB with blocks of 8 MiB): from here on content waits for the
 * disk. As much again may be waiting in complete files for their places.
 */
export const maxUnsyncedBytesPerLane = 16 * mebibyte
