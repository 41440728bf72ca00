import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { client, job, share, user } from '../../../src/shared/contract/entity-schemas.ts'
import { operationSchemas } from '../../../src/shared/contract/operation-schemas.ts'
import { operationAudience, operationNames } from '../../../src/shared/contract/operations.ts'
import { type JobEvent, jobStatuses, jobTransitions } from '../../../src/shared/domain/status/job-status.ts'
import { type TaskEvent, taskStatuses, taskTransitions } from '../../../src/shared/domain/status/task-status.ts'

const file = fileURLToPath(new URL('../../../docs/api.md', import.meta.url))

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const entities = new Map<unknown, string>([
  [job, 'the job'],
  [user, 'the user'],
  [share, 'the share'],
  [client, 'the client'],
])

function fieldsOf(schema: z.ZodType): string {
  const entity = entities.get(schema)
  if (entity !== undefined) return entity
  if (!(schema instanceof z.ZodObject)) throw new Error('an operation speaks in objects')
  return Object.entries(schema.shape)
    .map(([name, field]) => `\`${name}${(field as z.ZodType).safeParse(undefined).success ? '?' : ''}\``)
    .join(' ')
}

function transitions(
  statuses: readonly string[],
  steps: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  const events = [...new Set(statuses.flatMap((status) => Object.keys(steps[status] ?? {})))]
  return table(
    ['status', ...events],
    statuses.map((status) => [`\`${status}\``, ...events.map((event) => steps[status]?.[event] ?? '')]),
  )
}

const sections: Readonly<Record<string, string>> = {
  operations: table(
    ['operation', 'who may call', 'input', 'value'],
    operationNames.map((name) => [
      `\`${name}\``,
      operationAudience[name],
      fieldsOf(operationSchemas[name].input),
      fieldsOf(operationSchemas[name].output),
    ]),
  ),
  'job-statuses': transitions(
    jobStatuses,
    jobTransitions as Readonly<Record<string, Readonly<Partial<Record<JobEvent, string>>>>>,
  ),
  'task-statuses': transitions(
    taskStatuses,
    taskTransitions as Readonly<Record<string, Readonly<Partial<Record<TaskEvent, string>>>>>,
  ),
}

it.each(Object.entries(sections))('docs/api.md says of %s what the code says', (name, wanted) => {
  const text = readFileSync(file, 'utf8')
  const section = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`)
  if (process.env.TERN_WRITE_DOCS === '1') {
    writeFileSync(
      file,
      text.replace(section, () => `<!-- ${name} -->\n${wanted}\n<!-- /${name} -->`),
    )
    return
  }
  expect(section.exec(text)?.[1]?.trim()).toBe(wanted)
})
