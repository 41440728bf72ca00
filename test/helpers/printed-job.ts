import type { NormalSpecification } from '../../src/shared/domain/specification/job-specification.ts'
import { printSpecification } from '../../src/shared/domain/specification/print-specification.ts'

/** A specification in print, as JSON has it: with all of its tasks. */
export function printedJob(specification: NormalSpecification) {
  const printed = printSpecification(specification)
  return { ...printed, tasks: [...printed.tasks] }
}
