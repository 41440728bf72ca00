import type { TaskRow } from '../../../shared/contract/view.ts'
import type { ErrorEnvelope } from '../../../shared/domain/errors.ts'
import type { StateShape } from '../../../shared/domain/presentation.ts'
import { errorSentence, formatClock, say } from '../../../shared/words/index.ts'

export interface TaskLook {
  readonly shape: StateShape
  readonly text: string
  readonly tone: 'strong' | 'plain' | 'quiet' | 'failed'
}

/** A task's state as shape and sentence. */
export function taskLook(task: TaskRow, nowMs: number): TaskLook {
  switch (task.status) {
    case 'pending':
      return { shape: 'waiting', text: say('details.task.pending'), tone: 'plain' }
    case 'queued':
      return { shape: 'queued', text: say('details.task.queued'), tone: 'plain' }
    case 'booting':
      return { shape: 'running', text: say('details.task.booting'), tone: 'strong' }
    case 'executing':
      return { shape: 'running', text: say('details.task.executing'), tone: 'strong' }
    case 'onhold':
      return { shape: 'paused', text: say('details.task.onhold'), tone: 'plain' }
    case 'excluded':
      return { shape: 'stopped', text: say('details.task.excluded'), tone: 'quiet' }
    case 'failed': {
      const text = task.error === undefined ? say('details.task.failed') : causeText(task.error, nowMs)
      return { shape: 'failed', text, tone: 'failed' }
    }
    case 'done':
      return { shape: 'done', text: doneText(task, nowMs), tone: 'plain' }
  }
}

function doneText({ result, finishedAtMs }: TaskRow, nowMs: number): string {
  if (result !== undefined && result.filesAlreadyThere > 0 && result.filesDone === 0) {
    return say('details.task.alreadyThere', { count: result.filesAlreadyThere })
  }
  if (finishedAtMs === undefined) return say('details.task.done')
  return say('details.task.doneAt', { time: formatClock(finishedAtMs, { nowMs }) })
}

/** The row names the path already. */
function causeText({ code, params = {} }: ErrorEnvelope, nowMs: number): string {
  const { path: _path, ...rest } = params
  return errorSentence({ code, params: rest }, { nowMs }).sentence
}
