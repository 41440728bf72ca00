import { z } from 'zod'

interface JsonSchema {
  readonly [key: string]: unknown
  readonly type?: string
  readonly named?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly additionalProperties?: JsonSchema | boolean
}

export interface FieldRow {
  /** `tasks[].uri`; its keys alone in `keys`. */
  readonly path: string
  readonly keys: readonly string[]
  readonly isOptional: boolean
  readonly type: string
  readonly initial: string | undefined
}

/** Schemas that have a table of their own; others name them. */
export type NamedSchemas = ReadonlyMap<unknown, string>

/** One row for each field, those of nested objects too. */
export function fieldRows(schema: z.ZodType, io: 'input' | 'output', named: NamedSchemas): FieldRow[] {
  return rowsOf(jsonSchemaOf(schema, io, named), '', [])
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', named: NamedSchemas): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
    cycles: 'ref',
    override: ({ zodSchema, jsonSchema }) => {
      const name = Object.is(zodSchema, schema) ? undefined : named.get(zodSchema)
      if (name !== undefined) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema]
        Object.assign(jsonSchema, { named: name })
      } else if (zodSchema._zod.def.type === 'custom') {
        Object.assign(jsonSchema, { named: wantedBy(zodSchema as unknown as z.ZodType) })
      }
    },
  }) as JsonSchema
}

/** A check of our own says in its message what it wants. */
function wantedBy(schema: z.ZodType): string {
  const message = schema.safeParse(Symbol('nothing')).error?.issues[0]?.message ?? ''
  if (message === 'Invalid input') return 'text'
  return message.startsWith('an id of 24') ? 'id' : message
}

function rowsOf(schema: JsonSchema, prefix: string, keys: readonly string[]): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]): FieldRow[] => {
    const path = prefix + key
    const initial = field.default === undefined ? undefined : JSON.stringify(field.default)
    const isOptional = initial !== undefined || !(schema.required ?? []).includes(key)
    const inner = field.type === 'array' ? field.items : field
    const nested = inner?.properties ? rowsOf(inner, `${path}${inner === field ? '' : '[]'}.`, [...keys, key]) : []
    return [{ path, keys: [...keys, key], isOptional, type: textOf(field), initial }, ...nested]
  })
}

function textOf(schema: JsonSchema): string {
  if (schema.named !== undefined) return schema.named
  if (schema.const !== undefined) return code(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(code).join(', ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map(textOf))].join(', or ')
  if (schema.type === 'string') return `text${bounds(schema.minLength, schema.maxLength)}${like(schema.pattern)}`
  if (schema.type === 'integer') return `whole number${bounds(schema.minimum, schema.maximum)}`
  if (schema.type === 'number') return `number${bounds(schema.minimum, schema.maximum)}`
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'null') return '`null`'
  if (schema.type === 'array') return `list of ${textOf(schema.items ?? {})}${count(schema.minItems, schema.maxItems)}`
  if (schema.properties) return 'object'
  if (typeof schema.additionalProperties === 'object') {
    const inner = textOf(schema.additionalProperties)
    return inner === 'anything' ? 'object' : `object whose values are ${inner}`
  }
  if (schema.$ref !== undefined) return 'the same again'
  return 'anything'
}

/** The largest number that is exact in JSON is no bound that anybody set. */
function bounds(least: unknown, most: unknown): string {
  const hasMost = typeof most === 'number' && most < Number.MAX_SAFE_INTEGER
  const hasLeast = typeof least === 'number' && least > Number.MIN_SAFE_INTEGER
  if (hasLeast && hasMost) return `, ${least} to ${most}`
  if (hasMost) return `, at most ${most}`
  return hasLeast ? `, ${least} or more` : ''
}

function count(least: unknown, most: unknown): string {
  const text = bounds(least, most).slice(2)
  return text === '' ? '' : ` (${text})`
}

function like(pattern: unknown): string {
  return typeof pattern === 'string' ? ` like \`${pattern.replaceAll('|', '\\|')}\`` : ''
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}
