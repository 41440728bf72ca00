/** What the notation of the job specification, `<party>:<path>`, can say (its sections on party and path). */
export type PartyReference =
  | { readonly kind: 'workspace'; readonly code: string }
  | { readonly kind: 'site'; readonly code: string }
  /** An e-mail address or an id. */
  | { readonly kind: 'user'; readonly user: string; readonly host?: string }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'none' }

export type ShareType = 'share' | 'volume' | 'folder' | 'home' | 'collection'

export type PathReference =
  /** `share` is a code, an id, an e-mail address (a home) or `(default)`. */
  | { readonly kind: 'share'; readonly share: string; readonly type: ShareType; readonly path: string }
  | { readonly kind: 'absolute'; readonly path: string; readonly system: 'posix' | 'windows' }
  /** `isProtected`: one word, written with `./` before it so that nobody who knows it as a party reads it as one. */
  | { readonly kind: 'relative'; readonly path: string; readonly isProtected?: true }
  /** Below the caller's own home (`~`). */
  | { readonly kind: 'home'; readonly path: string }
  | { readonly kind: 'omitted' }

export interface PlaceReference {
  readonly party: PartyReference
  readonly path: PathReference
  /** Written with a slash at its end: a destination to put things into, not a name for them. */
  readonly hasTrailingSlash: boolean
}
