/**
 * What a setting's value may be, as data: validation, docs, the JSON schema and the controls on screen are all made
 * from it. Values are texts on the wire; each type says which texts.
 */
export type SettingType =
  /** One of these words. */
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  /** Any of these words, none twice, joined by the separator. */
  | {
      readonly kind: 'flags'
      readonly words: readonly string[]
      readonly separator: '+' | ','
      readonly mayBeEmpty: boolean
    }
  | ({ readonly kind: 'integer' } & NumberRange)
  | ({ readonly kind: 'number' } & NumberRange)
  /** `refusal`: true is never possible, for a reason that has a sentence of its own. */
  | { readonly kind: 'boolean'; readonly refusal?: 'setting-notmp' }
  /** `pattern` is a regular expression for the whole text, `example` a text that it matches. */
  | {
      readonly kind: 'text'
      readonly maxLength: number
      readonly pattern?: { readonly source: string; readonly example: string }
    }
  | { readonly kind: 'path' }
  /** The grammar of transfer_include and transfer_exclude. */
  | { readonly kind: 'filter' }
  /** A JSON object; with `keys`: these keys only, each with a value of its type. */
  | { readonly kind: 'json'; readonly keys?: Readonly<Record<string, SettingType>> }
  /** See speed-timetable.ts. */
  | { readonly kind: 'timetable' }

export type SettingUnit =
  | 'MB'
  | 'MB/s'
  | 'bytes'
  | 'seconds'
  | 'days'
  | 'files'
  | 'transfers'
  | 'tries'
  | 'connections'
  | 'calls/s'

interface NumberRange {
  readonly min: number
  readonly max: number
  readonly unit?: SettingUnit
  /** Texts that are values as well: `-1` lifts a limit, the empty text means that there is none. */
  readonly besides?: readonly string[]
  /** `-1` is all that there is, where it is no limit that it lifts. */
  readonly minusOne?: 'all'
}

/** No setting's text is longer, in UTF-16 units. */
export const maxSettingLength = 65_536
