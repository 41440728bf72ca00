const mebibyte = 1024 * 1024

/** After so much of what is held was compared the sender says how far it is. */
export const bytesBetweenReports = 64 * mebibyte
/** So far apart are the receiver's notes of it, whatever its peer says. */
export const bytesBetweenNotes = 16 * mebibyte
