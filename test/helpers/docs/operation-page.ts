import type { z } from 'zod'
import {
  client,
  errorEnvelope,
  job,
  logEntry,
  party,
  previewEntry,
  reason,
  share,
  site,
  task,
  taskEndpoint,
  taskResult,
  user,
  workspace,
} from '../../../src/shared/contract/entity-schemas.ts'
import { operationErrors } from '../../../src/shared/contract/operation-errors.ts'
import { operationSchemas } from '../../../src/shared/contract/operation-schemas.ts'
import { type OperationName, operationAudience } from '../../../src/shared/contract/operations.ts'
import { markdownTable } from '../generated-doc.ts'
import type { OperationExamples } from './operation-examples.ts'
import { themes } from './operation-sentences.ts'
import { SchemaComments } from './schema-comments.ts'
import { type FieldRow, fieldRows, type NamedSchemas } from './schema-fields.ts'

const entities = { job, task, user, share, site, client, workspace, party, reason, taskResult, taskEndpoint, logEntry }
const others = { previewEntry, errorEnvelope }
const titles: Readonly<Record<string, string>> = {
  taskResult: 'result',
  taskEndpoint: 'endpoint',
  errorEnvelope: 'error',
}

/** Records that only the operations about them answer: by an operation whose whole value they are. */
const fullRecords = {
  'full user': 'user/get',
  'full client': 'client/get',
  'full site': 'site/get',
  'full share': 'share/get',
  'full workspace': 'workspace/get',
  queue: 'queue/get',
  collection: 'collection/get',
  grant: 'acl/acknowledge',
} as const satisfies Readonly<Record<string, OperationName>>

const shortTitle = (name: string) => titles[name] ?? name.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`)

const named: NamedSchemas = new Map<unknown, string>([
  ...Object.entries({ ...entities, ...others }).map(
    ([name, schema]) => [schema, linkToRecord(shortTitle(name))] as const,
  ),
  ...Object.entries(fullRecords).map(
    ([title, operation]) => [operationSchemas[operation].output, linkToRecord(title)] as const,
  ),
])

function linkToRecord(title: string): string {
  return `[${title}](records.md#${title.replace(' ', '-')})`
}

const comments = new SchemaComments()

export const audienceTexts = {
  anyone: 'anyone',
  'signed-in': 'who is signed in',
  client: 'machines',
  standard: 'who is signed in',
  employee: 'admins, employees',
  admin: 'admins',
} as const

/** All operations of a theme, each with its fields, its errors and its example. */
export function themePage(theme: string, examples: OperationExamples): string {
  const { title, about, operations } = themes[theme] ?? { title: '', about: '', operations: {} }
  const names = Object.keys(operations) as OperationName[]
  return [
    `# ${title}`,
    `${about} All pages, and how a call is made: [the workspace's API](../api.md).`,
    markdownTable(
      ['operation', 'who may call', 'what it does'],
      names.map((name) => [linkTo(name, ''), audienceTexts[operationAudience[name]], operations[name] ?? '']),
    ),
    ...names.flatMap((name) => operationSection(name, operations[name] ?? '', examples)),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

export function linkTo(name: OperationName, page: string): string {
  return `[\`${name}\`](${page}#${name.replace('/', '')})`
}

function operationSection(name: OperationName, does: string, examples: OperationExamples): string[] {
  const { input, output } = operationSchemas[name]
  const notes = [comments.ofOperation(name), comments.ofField(name, 'input', []), comments.ofField(name, 'output', [])]
  const answer = named.get(output)
  return [
    `## \`${name}\``,
    [does, ...notes.filter((note) => note !== undefined).map(sentence)].join(' '),
    `For ${audienceTexts[operationAudience[name]]}. Errors of its own: ${errorTexts(operationErrors[name])}.`,
    ...table('input', fieldRows(input, 'input', named), (keys) => comments.ofField(name, 'input', keys)),
    ...(answer === undefined
      ? table('value', fieldRows(output, 'output', named), (keys) => comments.ofField(name, 'output', keys))
      : [`The value is the ${answer}.`]),
    `\`\`\`http\n${exampleOf(name, examples)}\n\`\`\``,
  ]
}

/** Nothing is written of what was not run. */
function exampleOf(name: OperationName, examples: OperationExamples): string {
  const text = examples.of(name)
  if (text === undefined) throw new Error(`no example of ${name}`)
  return text
}

/** What a frame of the stream holds, beside its type. */
export function frameTable(frames: readonly z.ZodObject[], texts: Readonly<Record<string, string>>): string {
  return markdownTable(
    ['frame', 'holds', 'says'],
    frames.map((frame) => {
      const rows = fieldRows(frame, 'output', named)
      const type = rows.find(({ path }) => path === 'type')?.type.replaceAll('"', '') ?? ''
      const fields = rows.filter(({ path, keys }) => keys.length === 1 && path !== 'type')
      return [
        type,
        fields.map(({ path, isOptional }) => `\`${path}${isOptional ? '?' : ''}\``).join(' '),
        texts[type.replaceAll('`', '')] ?? '',
      ]
    }),
  )
}

/** Records that many operations answer. */
export function recordsPage(): string {
  const sections = Object.entries({ ...entities, ...others }).flatMap(([name, schema]) => {
    const file = 'entity-schemas.ts'
    const rows = fieldRows(schema, 'output', named)
    const about = rows.length > 0 ? [] : [recordTexts[name] ?? '']
    return [`## ${shortTitle(name)}`, ...about, ...table('', rows, (keys) => comments.ofConstant(file, name, keys))]
  })
  const full = Object.entries(fullRecords).flatMap(([title, operation]) => [
    `## ${title}`,
    ...table('', fieldRows(operationSchemas[operation].output, 'output', named), (keys) =>
      comments.ofField(operation, 'output', keys),
    ),
  ])
  return [
    '# Records',
    "What operations answer by the name of what it is. Times are milliseconds since 1970, sizes are bytes. [The workspace's API](../api.md) has the rest.",
    ...sections,
    ...full,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

const recordTexts: Readonly<Record<string, string>> = {
  party: '`{ "kind": "site", "siteCode": … }`, or `{ "kind": "user", "userId": …, "clientId"?: … }`.',
}

function table(head: string, rows: readonly FieldRow[], comment: (keys: readonly string[]) => string | undefined) {
  if (rows.length === 0) return []
  const hasMeaning = rows.some(({ keys }) => comment(keys) !== undefined)
  const hasInitial = rows.some(({ initial }) => initial !== undefined)
  return [
    markdownTable(
      [head || 'field', 'type', ...(hasInitial ? ['if left out'] : []), ...(hasMeaning ? ['meaning'] : [])],
      rows.map(({ path, keys, isOptional, type, initial }) => [
        `\`${path}${isOptional ? '?' : ''}\``,
        type,
        ...(hasInitial ? [initial === undefined ? '' : `\`${initial}\``] : []),
        ...(hasMeaning ? [(comment(keys) ?? '').replaceAll('|', '\\|')] : []),
      ]),
    ),
  ]
}

function errorTexts(codes: readonly string[]): string {
  return codes.length === 0 ? 'none' : [...new Set(codes)].map((code) => `\`${code}\``).join(', ')
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
