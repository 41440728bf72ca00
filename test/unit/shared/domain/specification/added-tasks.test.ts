import { describe, expect, it } from 'vitest'
import { normaliseAddedTasks } from '../../../../../src/shared/domain/specification/added-tasks.ts'

const task = { source: 'share=projects/a', destination: 'site=berlin' }

describe('tasks for a job that exists', () => {
  it.each<[string, unknown]>([
    ['a list', { tasks: [task] }],
    ['a single one in place of the list', { tasks: task }],
    ['named ones', { tasks: { 0: task } }],
    ['only the tasks', [task]],
    ['a source and a destination', task],
    ['JSON text', JSON.stringify({ tasks: [task], settings: null })],
    ['a text for editors', { $schema: './job.schema.json', tasks: [task] }],
  ])('are read from %s', (_form, spec) => {
    expect(normaliseAddedTasks(spec)).toMatchObject({ tasks: [{ uri: '0' }], allowDuplicates: true })
  })

  it('may be refused where they stand there already', () => {
    expect(normaliseAddedTasks({ ...task, allow_duplicates: false }).allowDuplicates).toBe(false)
  })

  it('may be left out from the start', () => {
    expect(normaliseAddedTasks({ ...task, status: 'excluded' }).tasks).toMatchObject([{ status: 'excluded' }])
  })

  it.each(['name', 'queue', 'settings', 'metadata', 'priority', 'recipients', 'mirror_paths'])(
    'cannot change %s of the job',
    (key) => {
      const value = { name: 'x', queue: 'x', priority: 1, recipients: [], mirror_paths: true }[key] ?? {}
      const refused = { code: 'SPEC_INVALID', params: { jsonPath: `$.${key}`, advice: 'attribute-of-job' } }
      for (const spec of [{ ...task, [key]: value }, JSON.stringify({ tasks: [task], [key]: value })]) {
        expect(() => normaliseAddedTasks(spec)).toThrowError(expect.objectContaining(refused))
      }
    },
  )

  it('cannot pause the job', () => {
    expect(() => normaliseAddedTasks({ tasks: [task], status: 'paused' })).toThrowError(
      expect.objectContaining({ params: { jsonPath: '$.status', advice: 'attribute-of-job' } }),
    )
  })
})
