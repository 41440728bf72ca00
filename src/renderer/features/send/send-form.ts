import type { CommandInput } from '../../../shared/contract/ipc-schemas.ts'
import type { PickedItem } from '../../../shared/contract/view.ts'
import { normaliseSpecification } from '../../../shared/domain/specification/job-specification.ts'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { settingsToSend } from '../settings/setting-words.ts'
import type { Recipient } from './targets.ts'

/** What the sheet's fields hold. */
export interface SendForm {
  readonly name: string
  readonly priority: string
  readonly onConflict: 'replace' | 'skip' | 'rename'
  readonly exclude: string
  /** Further settings by their technical names, as typed so far. */
  readonly settings: Readonly<Record<string, string>>
  readonly note: string
  readonly startPaused: boolean
  readonly deliverFrom: 'source' | 'workspace'
}

export const emptyForm: SendForm = {
  name: '',
  priority: '',
  onConflict: 'replace',
  exclude: '',
  settings: {},
  note: '',
  startPaused: false,
  deliverFrom: 'workspace',
}

/** The request for one recipient; fields left empty are left to the workspace. */
export function requestFor(
  form: SendForm,
  items: readonly PickedItem[],
  recipient: Recipient,
): CommandInput<'send.specification'> {
  const priority = Number.parseInt(form.priority, 10)
  const settings = settingsToSend(form.settings)
  const isAway = recipient.target.kind === 'user' && !recipient.isOnline
  return {
    tokens: items.map((item) => item.token),
    target: recipient.target,
    onConflict: form.onConflict,
    startPaused: form.startPaused,
    deliverFrom: isAway ? form.deliverFrom : 'source',
    ...(form.name.trim() !== '' && { name: form.name.trim() }),
    ...(Number.isInteger(priority) && { priority: Math.min(1000, Math.max(1, priority)) }),
    ...(form.exclude.trim() !== '' && { exclude: form.exclude.trim() }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(form.note.trim() !== '' && { note: form.note.trim() }),
  }
}

export interface JsonCheck {
  readonly isValid: boolean
  readonly sentence: string
  /** One text for each recipient, in their order. */
  readonly specifications: readonly string[]
}

/** Reads edited JSON: one job for a single recipient, a list of them for several. */
export function checkJson(text: string, recipientCount: number): JsonCheck {
  try {
    const parsed: unknown = JSON.parse(text)
    const jobs = Array.isArray(parsed) ? parsed : [parsed]
    for (const job of jobs) normaliseSpecification(job)
    if (jobs.length !== recipientCount) {
      const sentence = say('send.jsonCount', { expected: recipientCount, found: jobs.length })
      return { isValid: false, sentence, specifications: [] }
    }
    return {
      isValid: true,
      sentence: say('send.jsonValid', { count: jobs.length }),
      specifications: jobs.map((job) => JSON.stringify(job, null, 2)),
    }
  } catch (thrown) {
    return { isValid: false, sentence: jsonProblem(thrown), specifications: [] }
  }
}

function jsonProblem(thrown: unknown): string {
  return thrown instanceof SyntaxError ? say('send.jsonBroken', { problem: thrown.message }) : sentenceOf(thrown)
}

/** What `send.specification` answered for each recipient, as one text to edit. */
export function joinSpecifications(texts: readonly string[]): string {
  const [only] = texts
  if (texts.length === 1 && only !== undefined) return only.trimEnd()
  return `[\n${texts.map((text) => text.trimEnd().replace(/^/gm, '  ')).join(',\n')}\n]`
}
