const mebibyte = 1024 * 1024

/** So much of a large file is written before it is made durable and recorded, without waiting for it. */
export const checkpointBytes = 8 * mebibyte
/** What a killed process may have to be sent again, for each lane: from here on content waits for the disk. */
export const maxUnrecordedBytesPerLane = 16 * mebibyte
