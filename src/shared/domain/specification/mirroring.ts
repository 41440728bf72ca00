import type { NormalTask } from './read-task.ts'

/**
 * Whether a job keeps the paths below its shares where nobody says so: it does where a destination names no path and is
 * not a person, who chooses the place (job specification, "path mirroring").
 */
export function mirrorsByDefault(tasks: readonly Pick<NormalTask, 'destination'>[], recipients: readonly string[]) {
  return recipients.length === 0 && tasks.some(({ destination }) => mirrors(destination))
}

/** Tasks of a job that keeps its paths, except where a person chooses the place and nobody asked. */
export function withOwnMirroring(tasks: readonly NormalTask[]): readonly NormalTask[] {
  return tasks.some(isChosen) ? tasks.map((task) => (isChosen(task) ? { ...task, mirrorPaths: false } : task)) : tasks
}

function isChosen({ destination, mirrorPaths }: NormalTask): boolean {
  return mirrorPaths === undefined && destination?.path.kind === 'omitted' && !mirrors(destination)
}

function mirrors(destination: NormalTask['destination']): boolean {
  return destination === undefined || (destination.path.kind === 'omitted' && destination.party.kind !== 'user')
}
