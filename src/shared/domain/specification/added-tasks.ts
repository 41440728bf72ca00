import { type NormalSpecification, normaliseSpecification, type SpecificationOptions } from './job-specification.ts'
import { readJsonText } from './json-text.ts'
import { at, invalidSpecification } from './specification-values.ts'

const ofTasks: readonly string[] = ['tasks', 'source', 'destination', 'dest', 'allow_duplicates', '$schema']

/**
 * Tasks for a job that exists (transfers document, Create tasks), in any form of the job specification. The job stays as
 * it is: what would be for all of it is refused, since the tasks would go without it.
 * @throws TernError as normaliseSpecification does; SPEC_INVALID `{advice: 'attribute-of-job', jsonPath}`
 */
export function normaliseAddedTasks(
  spec: unknown,
  options: SpecificationOptions = {},
): Pick<NormalSpecification, 'tasks' | 'allowDuplicates'> {
  const { tasks, status, allowDuplicates } = normaliseSpecification(spec, options)
  const given = typeof spec === 'string' ? readJsonText(spec).value : spec
  for (const [key, value] of Object.entries(Array.isArray(given) ? {} : (given as object))) {
    // A single source and destination carries its task's own status.
    const isOfTask = ofTasks.includes(key) || (key === 'status' && status === undefined)
    if (!isOfTask && value !== null && value !== undefined) throw invalidSpecification(at('$', key), 'attribute-of-job')
  }
  return { tasks, allowDuplicates }
}
