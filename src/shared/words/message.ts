/** A sentence with `{placeholders}`, or one for each number of `{count}`. */
export type Message = string | { readonly one: string; readonly other: string }

export type MessageTable = Readonly<Record<string, Message>>

type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never

/** The names that a message needs, read out of its text by the compiler. */
export type Placeholders<Text extends Message> = Text extends string
  ? PlaceholdersOf<Text>
  : Text extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? 'count' | PlaceholdersOf<One> | PlaceholdersOf<Other>
    : never

export type MessageParams = Readonly<Record<string, string | number>>

/** One file's share of the catalogue; keys are `<surface>.<thing>`. */
export function defineMessages<const Table extends MessageTable>(table: Table): Table {
  return table
}
