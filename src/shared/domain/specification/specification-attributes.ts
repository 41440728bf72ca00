/** What a value of an attribute has to be; the JSON Schema and the reader follow it. */
export type AttributeKind =
  | 'text'
  | 'uri'
  | 'boolean'
  | 'priority'
  | 'source'
  | 'destination'
  | 'tasks'
  | 'settings'
  | 'metadata'
  | 'recipients'
  | 'job-status'
  | 'task-status'

/** Attributes of a job; several spellings of one thing are beside each other. */
export const jobAttributes = {
  name: 'text',
  code: 'text',
  description: 'text',
  tasks: 'tasks',
  source: 'source',
  destination: 'destination',
  dest: 'destination',
  settings: 'settings',
  metadata: 'metadata',
  priority: 'priority',
  queue: 'text',
  status: 'job-status',
  recipients: 'recipients',
  invite: 'boolean',
  mirror_paths: 'boolean',
  mirror: 'boolean',
  append: 'boolean',
  allow_duplicates: 'boolean',
  /** By this an editor finds the schema; for Tern it says nothing. */
  $schema: 'text',
} as const satisfies Readonly<Record<string, AttributeKind>>

/** Attributes of a task that is written as an object. */
export const taskAttributes = {
  uri: 'uri',
  source: 'source',
  destination: 'destination',
  dest: 'destination',
  priority: 'priority',
  status: 'task-status',
  settings: 'settings',
  metadata: 'metadata',
  mirror_paths: 'boolean',
  mirror: 'boolean',
  description: 'text',
} as const satisfies Readonly<Record<string, AttributeKind>>

export const jobStartStatuses = ['waiting', 'paused'] as const
export const taskStartStatuses = ['queued', 'onhold', 'excluded'] as const

/** Attributes that other systems of this job language know and that have no meaning here, with what they belong to. */
const foreignToJobs: ReadonlyMap<string, string> = new Map([
  ...['engine', 'input', 'output', 'range', 'envs', 'parameters', 'dependencies', 'filters'].map(
    (key) => [key, 'compute'] as const,
  ),
  ['hooks', 'hooks'],
  ['repeat', 'repeating jobs'],
  ['deps', 'task dependencies'],
  ['parent', 'deliveries'],
  ['public', 'deliveries'],
  ['test', 'trial submits'],
])
const foreignAttributes = {
  job: foreignToJobs,
  task: new Map([...foreignToJobs, ['tasks', 'nested tasks']]),
}

/** The feature that an attribute belongs to and that Tern does not have. */
export function foreignFeature(attribute: string, of: 'job' | 'task'): string | undefined {
  return foreignAttributes[of].get(attribute)
}

export function foreignAttributesOf(of: 'job' | 'task'): readonly string[] {
  return [...foreignAttributes[of].keys()]
}
