import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import type { NormalTask } from '../../shared/domain/specification/job-specification.ts'
import { collectedPlace, filesOfCollection } from '../collections/collected-files.ts'
import { shareById } from '../store/places.ts'
import { directoryOf, type ResolveScope } from './resolve-place.ts'

/** A whole collection as source is its files, each a task of its own: they lie on different shares. @throws TernError NOTHING_TO_SEND */
export function withCollectedTasks(scope: ResolveScope, tasks: readonly NormalTask[]): readonly NormalTask[] {
  return tasks.flatMap((task) => {
    const { path } = task.source
    if (path.kind !== 'share' || path.path !== '') return [task]
    const directory = directoryOf(scope)
    const share = directory.shareByCode(path.share) ?? directory.shareById(path.share)
    // Who may not read it is told so where all places are decided.
    if (share?.kind !== 'collection' || !directory.rightsTo(share, '').mayRead) return [task]
    const files = filesOfCollection(scope.database, share.id)
    if (files.length === 0) throw new TernError('NOTHING_TO_SEND')
    const { destination } = task
    const isNamed = destination !== undefined && destination.path.kind !== 'omitted'
    return files.map(({ name }, index) => ({
      ...task,
      uri: `${task.uri}.${index}`,
      source: { ...task.source, path: { ...path, path: name } },
      // Several things go into a place, none of them is called like it.
      ...(isNamed && { destination: { ...destination, hasTrailingSlash: true } }),
    }))
  })
}

/**
 * A collection's file is wherever it lies now; what is gone from it stays as it is named, which nobody has. Made for one
 * call, whose many tasks name few shares.
 */
export function collectedPlaces(database: SqliteDatabase): (endpoint: TaskEndpoint) => TaskEndpoint {
  const collections = new Map<string, boolean>()
  return (endpoint) => {
    const { shareId, path } = endpoint
    if (shareId === undefined) return endpoint
    const isCollection = collections.get(shareId) ?? shareById(database, shareId)?.kind === 'collection'
    collections.set(shareId, isCollection)
    const found = isCollection ? collectedPlace(database, shareId, path) : undefined
    return found ? { ...endpoint, shareId: found.share.id, path: found.path } : endpoint
  }
}
