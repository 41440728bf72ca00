/** Asking for the mask sets it for a moment, so it is read once, before any thread writes. */
const umask = process.umask()

/**
 * The bits a received file gets: the source's rwx bits as far as this user's mask lets new files have them; never
 * set-id bits, never writable by everyone, always readable and writable by the owner.
 */
export function receivedMode(sourceMode: number | undefined): number {
  return (((sourceMode ?? 0o644) & 0o775) | 0o600) & (~umask | 0o600)
}
