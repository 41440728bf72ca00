/** Whose naming rules count: those of the file system that receives, not of the machine that sends. */
export type NameRules = 'posix' | 'windows' | 'macos'

/** What a receiving file system makes of names. It travels to the sender, so that both find the same names. */
export interface NameTraits {
  readonly rules: NameRules
  /** `A` and `a` are one file. */
  readonly foldsCase: boolean
  /** Composed and decomposed forms of a letter are one file. */
  readonly foldsUnicode: boolean
  /** What lengths are counted in: bytes of UTF-8, or UTF-16 units. */
  readonly unit: 'bytes' | 'utf16'
  /** Longest name that it holds. */
  readonly longestName: number
  /** Longest path that it holds; on its own disk an absolute one, for a sender what an item has left below its place. */
  readonly longestPath: number
}

/** What becomes of names that it cannot hold: called otherwise, and told; or the item fails before its first byte. */
export type NamePolicy = 'map' | 'refuse'
