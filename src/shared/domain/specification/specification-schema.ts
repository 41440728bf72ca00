import { emailPattern } from '../email.ts'
import type { SettingName } from '../settings/settings.ts'
import { type JsonSchema, settingsSchema } from './setting-schema.ts'
import {
  type AttributeKind,
  foreignAttributesOf,
  jobAttributes,
  jobStartStatuses,
  taskAttributes,
  taskStartStatuses,
} from './specification-attributes.ts'
import { maxPlaceLength, maxRecipients, maxTextLength, maxUriLength } from './specification-values.ts'

/** Sentences about attributes and settings; `shared/words` has them. */
export interface SchemaWords {
  readonly title: string
  readonly attributes: Readonly<Record<keyof typeof jobAttributes | keyof typeof taskAttributes, string>>
  readonly settings: Readonly<Record<SettingName, string>>
}

/**
 * The job specification as JSON Schema (draft 2020-12), from the tables that the reader goes by, so that an editor helps
 * while somebody writes. It accepts all that the reader accepts. What it cannot say: whether a path, filter, timetable or
 * JSON inside a text can be read, whether two tasks have the same name, whether a text as a number is in its range.
 */
export function jobSpecificationSchema(words: SchemaWords): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: words.title,
    anyOf: [{ $ref: '#/$defs/job' }, { $ref: '#/$defs/taskList' }],
    $defs: {
      job: jobSchema(words),
      tasks: tasksSchema,
      taskList: { type: 'array', minItems: 1, items: { $ref: '#/$defs/task' } },
      task: { anyOf: [{ $ref: '#/$defs/source' }, { $ref: '#/$defs/taskObject' }] },
      taskObject: taskSchema(words),
      source: { type: 'string', minLength: 1, maxLength: maxPlaceLength },
      destination: { type: ['string', 'null'], maxLength: maxPlaceLength },
      priority: {
        default: 500,
        anyOf: [
          { type: 'integer', minimum: 1, maximum: 1000 },
          { type: 'string', pattern: '^(?=\\d{1,4}$)0*(?:[1-9]\\d{0,2}|1000)$' },
          { type: 'null' },
        ],
      },
      recipients: {
        anyOf: [
          { $ref: '#/$defs/email' },
          { type: 'array', maxItems: maxRecipients, items: { $ref: '#/$defs/email' } },
          { type: 'null' },
        ],
      },
      email: { type: 'string', pattern: `^\\s*${emailPattern}\\s*$`, maxLength: maxTextLength },
      boolean: { enum: [true, false, 'true', 'false', null] },
      text: { type: ['string', 'null'], maxLength: maxTextLength },
      uri: { type: ['string', 'null'], maxLength: maxUriLength },
      metadata: { type: ['object', 'null'] },
      jobSettings: settingsSchema('job', words.settings),
      taskSettings: settingsSchema('task', words.settings),
    },
  }
}

function jobSchema({ attributes }: SchemaWords): JsonSchema {
  const nothing = { type: 'null' }
  return {
    type: 'object',
    properties: propertiesOf(jobAttributes, attributes, 'job'),
    patternProperties: foreign('job'),
    additionalProperties: false,
    anyOf: [
      {
        required: ['tasks'],
        properties: {
          tasks: { not: nothing },
          source: nothing,
          destination: nothing,
          dest: nothing,
          status: { enum: [...jobStartStatuses, null] },
        },
      },
      { required: ['source'], properties: { tasks: nothing, source: { type: 'string' } } },
    ],
  }
}

function taskSchema({ attributes }: SchemaWords): JsonSchema {
  return {
    type: 'object',
    required: ['source'],
    properties: propertiesOf(taskAttributes, attributes, 'task'),
    patternProperties: foreign('task'),
    additionalProperties: false,
  }
}

/** A list, one task, or a dictionary: an object is one task where its `source` is a text. */
const tasksSchema: JsonSchema = {
  anyOf: [
    { $ref: '#/$defs/taskList' },
    { $ref: '#/$defs/source' },
    {
      type: 'object',
      if: { required: ['source'], properties: { source: { type: 'string' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: '#/$defs/taskObject' },
      else: {
        minProperties: 1,
        propertyNames: { pattern: '\\S', maxLength: maxUriLength },
        additionalProperties: { $ref: '#/$defs/task' },
      },
    },
    { type: 'null' },
  ],
}

function propertiesOf(
  attributes: Readonly<Record<string, AttributeKind>>,
  help: Readonly<Record<string, string>>,
  of: 'job' | 'task',
): Record<string, JsonSchema> {
  const properties: Record<string, JsonSchema> = {}
  for (const [name, kind] of Object.entries(attributes)) {
    properties[name] = { description: help[name], ...kindSchema(kind, of) }
  }
  return properties
}

function kindSchema(kind: AttributeKind, of: 'job' | 'task'): JsonSchema {
  switch (kind) {
    case 'settings':
      return { $ref: `#/$defs/${of}Settings` }
    case 'job-status':
      return { enum: [...jobStartStatuses, ...taskStartStatuses, null] }
    case 'task-status':
      return { enum: [...taskStartStatuses, null] }
    case 'source':
      // A job with tasks may say that it has no source of its own.
      return of === 'job' ? { anyOf: [{ $ref: '#/$defs/source' }, { type: 'null' }] } : { $ref: '#/$defs/source' }
    default:
      return { $ref: `#/$defs/${kind}` }
  }
}

/** Attributes without a meaning here may stand only as `null`, which means absent; no editor offers them. */
function foreign(of: 'job' | 'task'): JsonSchema {
  return { [`^(?:${foreignAttributesOf(of).join('|')})$`]: { type: 'null' } }
}
