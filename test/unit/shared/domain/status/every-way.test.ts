import { describe, expect, test } from 'vitest'
import { jobStatuses, jobTransitions } from '../../../../../src/shared/domain/status/job-status.ts'
import { taskStatuses, taskTransitions } from '../../../../../src/shared/domain/status/task-status.ts'
import {
  type Model,
  type ModelTask,
  maxTasks,
  newModel,
  type Step,
  stepped,
  stepsFor,
  usedCells,
} from '../../../../helpers/job-model.ts'

const stepsOf = Array.from({ length: maxTasks + 1 }, (_, count) => stepsFor(count))

const taskKey = (task: ModelTask) => `${task.status}${task.error ?? ''}${task.isInRun ? '*' : ''}`

/** The same for jobs that differ only in the order of their tasks. */
function keyOf(model: Model): string {
  const { tasks, ...rest } = model
  return `${Object.values(rest).join()}|${tasks.map(taskKey).sort().join()}`
}

const counted = (model: Model, ...statuses: string[]) =>
  model.tasks.filter((task) => statuses.includes(task.status)).length

/** What must hold for every job at every moment; the first thing that does not. */
function problemOf(model: Model): string | undefined {
  const { status } = model
  const open = counted(model, 'pending', 'queued')
  const moving = counted(model, 'booting', 'executing')
  const problems: [string, boolean][] = [
    ['done with something open', status === 'done' && counted(model, 'done', 'excluded') < model.tasks.length],
    ['pending although the folder is known', model.hasLocation && counted(model, 'pending') > 0],
    ['queued although nobody knows where to', !model.hasLocation && moving + counted(model, 'queued') > 0],
    ['running without a run, or the other way round', (status === 'running') !== model.isDispatched],
    ['a task moves without a run', moving > 0 && !model.isDispatched],
    ['waits for nothing', (status === 'waiting' || status === 'init') && open === 0],
    [
      'failed without a failure, or with something left to try',
      status === 'failed' && (counted(model, 'failed') === 0 || open > 0),
    ],
    [
      'paused by nobody',
      status === 'paused' && !model.isPausedByPerson && (open > 0 || counted(model, 'onhold') === 0),
    ],
    [
      'will be retried, to no use',
      model.isRetryDue && !model.tasks.some((task) => task.error === 'IO_ERROR' && task.status === 'failed'),
    ],
  ]
  return problems.find(([, isSo]) => isSo)?.[0]
}

/** What must hold for every step. */
function problemOfStep(before: Model, step: Step, after: Model): string | undefined {
  const isPersons = ['write', 'write-task', 'add', 'add-again'].includes(step.kind)
  if ((before.status === 'aborted' || before.status === 'done') && after.status !== before.status && !isPersons)
    return 'left its end by itself'
  for (const [at, task] of before.tasks.entries()) {
    const now = after.tasks[at]
    const isAskedFor = (step.kind === 'write-task' || step.kind === 'add-again') && step.task === at
    if (task.status === 'excluded' && now?.status !== 'excluded' && !isAskedFor) return 'revived an excluded task'
    const isAdding = step.kind === 'add' || step.kind === 'add-again'
    if (isAdding && (task.status === 'executing' || task.status === 'booting') && now?.status !== task.status)
      return 'stopped what ran to add something'
    const isDoneNow = now?.status === 'done' && task.status !== 'done'
    const isSaid = step.kind === 'write-task' || (step.kind === 'report' && step.role === 'receiver')
    if (isDoneNow && !isSaid) return 'done without the word of its receiver'
  }
  return undefined
}

describe('every way that a job of up to three tasks can take', () => {
  const starts = [false, true].flatMap((isAddressed) =>
    [false, true].flatMap((isPaused) =>
      [['queued'] as const, ['excluded'] as const, ['queued', 'queued', 'queued'] as const].map((tasks) =>
        newModel({ isAddressed, isPaused, tasks }),
      ),
    ),
  )
  const seen = new Map<string, Model>()
  const problems = new Set<string>()
  let stepCount = 0
  let layer = starts
  for (const model of starts) seen.set(keyOf(model), model)
  while (layer.length > 0) {
    const next: Model[] = []
    for (const model of layer) {
      for (const step of stepsOf[model.tasks.length] ?? []) {
        const after = stepped(model, step)
        if (after === undefined) continue
        stepCount += 1
        const problem = problemOf(after) ?? problemOfStep(model, step, after)
        if (problem !== undefined && problems.size < 20)
          problems.add(`${problem}: ${keyOf(model)}, ${JSON.stringify(step)}: ${keyOf(after)}`)
        const key = keyOf(after)
        if (seen.has(key)) continue
        seen.set(key, after)
        next.push(after)
      }
    }
    layer = next
  }

  test('is explored to its end, meets no undefined pair and keeps its promises', () => {
    expect([...problems]).toEqual([])
    expect(seen.size).toBeGreaterThan(1000)
    expect(stepCount).toBeGreaterThan(seen.size)
  })

  test('reaches every status of the documents', () => {
    const models = [...seen.values()]
    expect(new Set(models.map((model) => model.status))).toEqual(new Set(jobStatuses))
    expect(new Set(models.flatMap((model) => model.tasks.map((task) => task.status)))).toEqual(new Set(taskStatuses))
  })

  test('uses every cell of the tables, so that none of them is about what cannot happen', () => {
    const cells = Object.entries({ ...jobTransitions, ...taskTransitions }).flatMap(([event, row]) =>
      Object.keys(row).map((status) => `${event}/${status}`),
    )
    expect(cells.filter((cell) => !usedCells.has(cell))).toEqual([])
  })
})
