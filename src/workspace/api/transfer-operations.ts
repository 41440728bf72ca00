import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { namePolicyOf } from '../../shared/domain/settings/transfer-rules.ts'
import { normaliseAddedTasks } from '../../shared/domain/specification/added-tasks.ts'
import { mayAddTask, mayAddTasks, requireVisible } from '../access/rights.ts'
import { createInDelivery } from '../deliveries/transfer-in-delivery.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { addPlannedTasks } from '../jobs/add-tasks.ts'
import { answerConsent } from '../jobs/consent.ts'
import { createTransfer } from '../jobs/create-transfer.ts'
import { listJobs, listTasks } from '../jobs/list.ts'
import { declineTransfer, resolveLocation } from '../jobs/location.ts'
import { linesLeftOut, listLog } from '../jobs/log-list.ts'
import { previewOf, recordMeasured } from '../jobs/measure.ts'
import { planForJob } from '../jobs/plan-tasks.ts'
import { codeResolver } from '../jobs/resolve-place.ts'
import { deleteTransfer, updateTasks, updateTransfer } from '../jobs/update-transfer.ts'
import { viewJob, viewSettings, viewSpecification, viewTask, viewWholeJob } from '../jobs/view.ts'
import { jobOfTaskQuery } from '../queries/task-query.ts'
import { reportTasks } from '../scheduler/report.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { requireJob, textsOf } from '../store/jobs.ts'
import { clientsOfUser } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import { taskById } from '../store/tasks.ts'
import { type Handlers, type OperationContext, viewScopeOf } from './context.ts'

type Names =
  | 'transfer/create'
  | 'transfer/list'
  | 'transfer/get'
  | 'transfer/update'
  | 'transfer/delete'
  | 'transfer/measured'
  | 'transfer/preview'
  | 'transfer/resolve'
  | 'transfer/decline'
  | 'transfer/consent'
  | 'transfer/remind'
  | 'transfer/log'
  | 'task/list'
  | 'task/create'
  | 'task/update'
  | 'dispatch/claim'
  | 'dispatch/report'
  | 'dispatch/end'

/** Takes back what a trial has made, which is the same way as of all that fails. */
class TrialEnd extends Error {}

export const transferOperations: Handlers<Names> = {
  'transfer/create': async (context, input) => {
    const { parentId, isTrial, ...rest } = input
    const made = await context.store
      .write((transaction) => {
        const all =
          parentId === undefined
            ? createTransfer(transaction, context.caller, rest)
            : { jobIds: [createInDelivery(transaction, context.caller, { ...rest, parentId })], invitations: [] }
        if (isTrial) throw new TrialEnd()
        return all
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof TrialEnd) return { jobIds: [], invitations: [] }
        throw thrown
      })
    return {
      jobs: made.jobIds.map((id) => (made.jobIds.length === 1 ? jobFor(context, id) : listedJob(context, id))),
      invitations: await handOutInvitations(context, made.invitations),
    }
  },

  'transfer/list': (context, input) => {
    const scope = viewScopeOf(context)
    const { rows, nextCursor, total } = listJobs(scope.database, context.caller, input)
    return { jobs: rows.map((row) => viewJob(scope, row)), ...(nextCursor && { nextCursor }), total }
  },

  'transfer/get': (context, { id }) => {
    const row = visibleJob(context, id)
    const scope = viewScopeOf(context)
    const spec: unknown = JSON.parse(textsOf(scope.database, row.id)?.spec ?? 'null')
    const settings = viewSettings(scope, row)
    return { job: viewWholeJob(scope, row), spec: viewSpecification(scope, row, spec), settings }
  },

  'transfer/update': async (context, input) => {
    await context.store.write((transaction) =>
      updateTransfer(transaction, context.caller, input, context.scheduler.options),
    )
    return jobFor(context, input.id)
  },

  'transfer/delete': async (context, input) => {
    await context.store.write((transaction) =>
      deleteTransfer(transaction, context.caller, input, context.scheduler.options),
    )
    return {}
  },

  'transfer/measured': async (context, input) => {
    const client = callersClient(context)
    await context.store.write((transaction) => recordMeasured(transaction, client, input, context.scheduler.options))
    return {}
  },

  'transfer/preview': (context, { jobId }) => {
    const row = visibleJob(context, jobId)
    const { database } = viewScopeOf(context)
    const preview = previewOf(database, row.id, row.after_job_id)
    const names = namePolicyOf(new InheritedSettings(database).merged(row))
    return { entries: [...(preview?.entries ?? [])], isComplete: preview?.isComplete ?? false, names }
  },

  'transfer/resolve': async (context, input) => {
    await context.store.write((transaction) => resolveLocation(transaction, context.caller, input))
    return jobFor(context, input.jobId)
  },

  'transfer/decline': async (context, input) => {
    await context.store.write((transaction) =>
      declineTransfer(transaction, context.caller, input, context.scheduler.options),
    )
    return jobFor(context, input.jobId)
  },

  'transfer/consent': async (context, input) => {
    await context.store.write((transaction) =>
      answerConsent(transaction, context.caller, input, context.scheduler.options),
    )
    return jobFor(context, input.jobId)
  },

  'transfer/remind': async (context, { jobId }) => {
    const row = visibleJob(context, jobId)
    const receiver = row.destination_user
    if (receiver === null || row.n_pending === 0) throw new TernError('CONFLICT', { status: row.status })
    context.limits.reminders.take(`${row.id}/${context.caller.user.id}`)
    await context.store.write((transaction) => {
      logJob(transaction, row.id, 'info', 'job.reminder', { userName: context.caller.user.name })
      for (const client of clientsOfUser(transaction.database, receiver)) {
        transaction.effects.send(client.id, { type: 'reminder', jobId: row.id, from: context.caller.user.name })
      }
    })
    return {}
  },

  'transfer/log': (context, input) => {
    visibleJob(context, input.jobId)
    const { database } = viewScopeOf(context)
    const { rows, nextCursor } = listLog(database, input.jobId, input)
    return {
      entries: rows.map(({ at, level, code, params, task_uri: uri }) => ({
        atMs: at,
        level,
        code,
        ...(params !== null && { params: JSON.parse(params) as Record<string, string> }),
        ...(uri !== null && { uri }),
      })),
      ...(nextCursor && { nextCursor }),
      leftOut: linesLeftOut(database, input.jobId),
    }
  },

  'task/list': (context, input) => {
    const jobId = input.jobId ?? (input.query === undefined ? undefined : jobOfTaskQuery(input.query))
    if (jobId === undefined) throw new TernError('BAD_REQUEST', { jsonPath: '$.jobId' })
    const job = visibleJob(context, jobId)
    const scope = viewScopeOf(context)
    const { rows, nextCursor, total } = listTasks(scope.database, job, input, (row) => viewTask(scope, job, row))
    return { tasks: rows.map((row) => viewTask(scope, job, row)), ...(nextCursor && { nextCursor }), total }
  },

  'task/create': async (context, input) => {
    const ids = await context.store.write((transaction) => {
      const { database } = transaction
      const job = requireJob(database, input.jobId)
      requireVisible(context.caller.user, job)
      if (!mayAddTasks(context.caller.user, job)) throw new TernError('FORBIDDEN')
      const spec = normaliseAddedTasks(input.spec, { resolveCode: codeResolver(database) })
      const tasks = planForJob({ database, caller: context.caller, memory: new Map() }, job, spec.tasks)
      if (!tasks.every((task) => mayAddTask(context.caller.user, job, task))) throw new TernError('FORBIDDEN')
      return addPlannedTasks(transaction, job, tasks, input.allowDuplicates && spec.allowDuplicates)
    })
    return { tasks: tasksFor(context, input.jobId, ids) }
  },

  'task/update': async (context, input) => {
    await context.store.write((transaction) =>
      updateTasks(transaction, context.caller, input, context.scheduler.options),
    )
    const ids = input.tasks.map((task) => task.id)
    return { tasks: tasksFor(context, input.jobId, ids) }
  },

  'dispatch/claim': async (context, { dispatches }) => ({
    valid: await context.scheduler.claim(callersClient(context).id, dispatches),
  }),

  'dispatch/report': async ({ store, caller }, input) => {
    await store.write((transaction) => reportTasks(transaction, caller.client?.id, input))
    return {}
  },

  'dispatch/end': async ({ scheduler, caller }, { dispatchId, epoch, outcome, error }) => {
    await scheduler.reportEnd(caller.client?.id, { dispatchId, epoch }, outcome, error)
    return {}
  },
}

function visibleJob(context: OperationContext, id: JobId) {
  return context.store.read((database) => {
    const row = requireJob(database, id)
    requireVisible(context.caller.user, row)
    return row
  })
}

function jobFor(context: OperationContext, id: JobId) {
  const scope = viewScopeOf(context)
  return viewWholeJob(scope, requireJob(scope.database, id))
}

function listedJob(context: OperationContext, id: JobId) {
  const scope = viewScopeOf(context)
  return viewJob(scope, requireJob(scope.database, id))
}

function tasksFor(context: OperationContext, jobId: JobId, ids: readonly string[]) {
  const scope = viewScopeOf(context)
  const job = requireJob(scope.database, jobId)
  return ids.flatMap((id) => {
    const row = taskById(scope.database, jobId, id)
    return row ? [viewTask(scope, job, row)] : []
  })
}

function callersClient(context: OperationContext) {
  const { client } = context.caller
  if (client === undefined) throw new TernError('FORBIDDEN', { needs: 'client' })
  return client
}
