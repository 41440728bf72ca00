import type { ErrorParams } from '../domain/errors.ts'
import type { PlaceDoubt } from '../domain/notation/place-doubts.ts'
import { jobSpecificationSchema, type SchemaWords } from '../domain/specification/specification-schema.ts'
import type {
  SpecificationWarning,
  SpecificationWarningAdvice,
} from '../domain/specification/specification-warnings.ts'
import { singleLine } from './fill.ts'
import { settingHelp } from './settings.ts'

/** What is accepted in a job specification, and yet not what its writer may think. */
export const specificationWarnings = {
  'setting-without-effect': '{jsonPath}: Tern keeps {what}, and nothing acts on it yet',
  'filter-literal': '{jsonPath}: {what} is the name of a file here: only stars stand for something, or an re(…)',
  'always-encrypted': '{jsonPath}: Tern encrypts every transfer, so none has no effect',
  'attribute-without-effect': '{jsonPath}: {what} is accepted here and has no effect',
  'duplicates-left-out': '{jsonPath}: tasks left out because their source and destination stand there already: {what}',
  'invite-without-recipients': '{jsonPath}: nobody is invited, because recipients names nobody',
  'several-parties': '{jsonPath}: a job has one source and one destination, here are {what}. Make a job for each',
  'sequence-unreadable': '{jsonPath}: the range of this sequence cannot be read: {what}',
  'sequence-long': '{jsonPath}: the range of this sequence names {what} files',
} as const satisfies Record<Exclude<SpecificationWarningAdvice, PlaceDoubt>, string>

/** What a place looks like, and is not. */
export const placeDoubts = {
  'place-wrapped': '{what} is read with the blanks or quotes around it',
  'place-address': '{what} reads as a workspace and a path. Write <party>:<path>, without the two slashes',
  'place-label-colon': '{what} reads as a workspace and a path. Write = in place of the colon',
  'place-label-unknown': '{what} is read as a name. Write it like share=projects/a.mov, or with ./ before the name',
  'place-email-incomplete': '{what} is no e-mail address, so it is read as a name',
  'place-people-listed': '{what} is read as one name. Name several people in recipients',
  'place-variable': '{what} is read as it stands: nothing fills in variables',
} as const satisfies Record<PlaceDoubt, string>

/** A doubt about a place in one sentence. */
export function placeDoubtSentence(doubt: PlaceDoubt, what: string): string {
  return filled(placeDoubts[doubt], { what })
}

/** A warning in one sentence. */
export function warningSentence({ advice, params }: SpecificationWarning): string {
  return isPlaceDoubt(advice)
    ? filled(`{jsonPath}: ${placeDoubts[advice]}`, params)
    : filled(specificationWarnings[advice], params)
}

function isPlaceDoubt(advice: SpecificationWarningAdvice): advice is PlaceDoubt {
  return Object.hasOwn(placeDoubts, advice)
}

function filled(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => singleLine(`${params[name]}`))
}

/** What each attribute of a job or task is for, in one line. */
const attributeHelp: SchemaWords['attributes'] = {
  name: 'Name of the job; the name of the first source when absent',
  code: 'Name of the job, as older scripts write it',
  description: 'A note about the job',
  tasks: 'Files and folders to transfer: a list, or an object whose keys are the names of the tasks',
  source: 'What to transfer: <party>:<path>, such as share=projects/a.mov or C:\\\\Users\\\\john\\\\a.mov',
  destination: 'Where it goes: <party>:<path>. Without a path it keeps the one below the share',
  dest: 'Where it goes, as older scripts write it',
  settings: 'Settings, values as texts',
  metadata: 'Data that travel with it; Tern never looks into them',
  priority: '1 to 1000, 1000 goes first',
  queue: 'Code of the queue that the job waits in',
  status: 'What it starts as: a paused job waits for somebody, an excluded task is never transferred',
  recipients: 'E-mail addresses of those who get it; one job for each',
  invite: 'Whether recipients who are not known yet are invited',
  mirror_paths: 'Whether the path below the share is kept',
  mirror: 'Whether the path below the share is kept, as older scripts write it',
  append: 'Whether the tasks go into the job of the same name and parties, if there is one',
  allow_duplicates: 'Whether a task that stands there already is left out in silence, or is an error',
  $schema: 'Where an editor finds this schema',
  uri: 'Name of the task in its job; a running number when absent',
}

/** The job specification for editors: JSON Schema with a line of help for everything in it. */
export function describedSchema() {
  return jobSpecificationSchema({
    title: 'Job specification of a transfer',
    attributes: attributeHelp,
    settings: settingHelp,
  })
}
