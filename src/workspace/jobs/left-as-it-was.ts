import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { conflictRuleOf, leavesFolders } from '../../shared/domain/settings/transfer-rules.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { holdText, type JobRow } from '../store/jobs.ts'

/**
 * What a job has to say of which all files were there by rules that leave what is there: nobody knows that it is the same.
 * Below a folder that was left files were not looked at, so they are not counted.
 */
export function leftHold(database: SqliteDatabase, job: JobRow): string | null {
  if (job.files_already_there === 0 || job.files_done > job.files_already_there) return null
  const settings = new InheritedSettings(database).merged(job)
  if (leavesFolders(settings)) return holdText('left')
  return conflictRuleOf(settings) === 'skip' ? holdText('left', { count: job.files_already_there }) : null
}
