import { readFileSync } from 'node:fs'
import { normaliseSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { printedJob } from '../../../../helpers/printed-job.ts'

/** A process that does nothing else: reads a job from a file and prints it, answers what it took in time and memory. */
const [, , file = ''] = process.argv
const text = readFileSync(file, 'utf8')
const before = process.cpuUsage()
const printed = printedJob(normaliseSpecification(text))
const used = process.cpuUsage(before)
process.stdout.write(
  JSON.stringify({
    printed: printed.tasks.length,
    cpuMs: (used.user + used.system) / 1000,
    residentBytes: process.resourceUsage().maxRSS * 1024,
  }),
)
