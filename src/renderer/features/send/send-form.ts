import type { CommandInput } from '../../../shared/contract/ipc-schemas.ts'
import type { PickedItem } from '../../../shared/contract/view.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import {
  checkSpecification,
  type SpecificationMistake,
} from '../../../shared/domain/specification/job-specification.ts'
import { positionsOf } from '../../../shared/domain/specification/json-positions.ts'
import { readJsonText, withoutMark } from '../../../shared/domain/specification/json-text.ts'
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

/** Reads edited JSON: one job for a single recipient, a list of them for several. The first mistake, with its line. */
export function checkJson(text: string, recipientCount: number): JsonCheck {
  try {
    const { value } = readJsonText(text)
    const jobs: readonly unknown[] = Array.isArray(value) ? value : [value]
    const mistake = firstMistake(jobs, Array.isArray(value))
    if (mistake) return refused(sentenceAt(text, mistake))
    if (jobs.length !== recipientCount) {
      return refused(say('send.jsonCount', { expected: recipientCount, found: jobs.length }))
    }
    return {
      isValid: true,
      sentence: say('send.jsonValid', { count: jobs.length }),
      specifications: jobs.map((job) => JSON.stringify(job, null, 2)),
    }
  } catch (thrown) {
    return refused(sentenceOf(thrown))
  }
}

function refused(sentence: string): JsonCheck {
  return { isValid: false, sentence, specifications: [] }
}

function firstMistake(jobs: readonly unknown[], areListed: boolean): SpecificationMistake | undefined {
  for (const [index, job] of jobs.entries()) {
    const check = checkSpecification(job)
    const mistake = 'errors' in check ? check.errors[0] : undefined
    if (mistake === undefined) continue
    return areListed ? { ...mistake, path: `$[${index}]${mistake.path.slice(1)}` } : mistake
  }
  return undefined
}

function sentenceAt(text: string, { code, params, path }: SpecificationMistake): string {
  const [position] = positionsOf(withoutMark(text), [path])
  const sentence = sentenceOf(new TernError(code, { ...params, jsonPath: path }))
  return position ? say('send.jsonLine', { line: position.line, sentence }) : sentence
}

/** What `send.specification` answered for each recipient, as one text to edit. */
export function joinSpecifications(texts: readonly string[]): string {
  const [only] = texts
  if (texts.length === 1 && only !== undefined) return only.trimEnd()
  return `[\n${texts.map((text) => text.trimEnd().replace(/^/gm, '  ')).join(',\n')}\n]`
}
