import { type PlaceReference, printPlace } from '../notation/notation.ts'
import type { NormalSpecification, NormalTask } from './job-specification.ts'

type PrintedTask = Omit<NormalTask, 'source' | 'destination' | 'settings' | 'mirrorPaths'> & {
  readonly source: string
  readonly destination?: string
  readonly settings?: NormalTask['settings']
  readonly mirror_paths?: boolean
}

/** The normal form in the attributes of the job specification, places in their canonical notation. */
export interface PrintedSpecification {
  readonly code: string
  /** One at a time: a large job in print takes as much again as it does. */
  readonly tasks: Iterable<PrintedTask>
  readonly settings?: NormalSpecification['settings']
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly priority: number
  readonly queue?: string
  readonly status?: 'waiting' | 'paused'
  readonly recipients: readonly string[]
  readonly invite: boolean
  readonly mirror_paths: boolean
  readonly append?: boolean
  readonly allow_duplicates: boolean
  readonly description?: string
}

/** Plain JSON that reads as the same normal form again, whatever the form was that it came from. */
export function printSpecification(specification: NormalSpecification): PrintedSpecification {
  const { name, tasks, settings, recipients, mirrorPaths, allowDuplicates, ...rest } = specification
  const { metadata, priority, queue, status, invite, append, description } = rest
  return {
    code: name,
    tasks: { [Symbol.iterator]: () => printTasks(tasks) },
    ...(!isEmpty(settings) && { settings }),
    ...(metadata && { metadata }),
    priority,
    ...(queue !== undefined && { queue }),
    ...(status && { status }),
    recipients,
    invite,
    mirror_paths: mirrorPaths,
    ...(append !== undefined && { append }),
    allow_duplicates: allowDuplicates,
    ...(description !== undefined && { description }),
  }
}

function* printTasks(tasks: readonly NormalTask[]): Generator<PrintedTask> {
  const destinationText = remembered(printPlace)
  for (const task of tasks) yield printTask(task, destinationText)
}

/** Grows one object instead of spreading several: there may be a million tasks. */
function printTask(task: NormalTask, destinationText: (place: PlaceReference) => string): PrintedTask {
  const { uri, priority, status, mirrorPaths, settings, metadata } = task
  const source = printPlace(task.source)
  const plain: Writable<PrintedTask> = task.destination
    ? { uri, source, destination: destinationText(task.destination), priority }
    : { uri, source, priority }
  if (status !== undefined) plain.status = status
  if (mirrorPaths !== undefined) plain.mirror_paths = mirrorPaths
  if (!isEmpty(settings)) plain.settings = settings
  if (metadata !== undefined) plain.metadata = metadata
  return plain
}

type Writable<Object> = { -readonly [Key in keyof Object]: Object[Key] }

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

/** One destination for many tasks is the common case: it is printed once. */
function remembered(print: (place: PlaceReference) => string): (place: PlaceReference) => string {
  let last: PlaceReference | undefined
  let text = ''
  return (place) => {
    if (place !== last) {
      last = place
      text = print(place)
    }
    return text
  }
}
