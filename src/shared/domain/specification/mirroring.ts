import type { NormalTask } from './read-task.ts'

/**
 * Whether a job keeps the paths below its shares where nobody says so: it does where a destination names no path and is
 * not a person, who chooses the place (job specification, "path mirroring").
 */
export function mirrorsByDefault(tasks: readonly Pick<NormalTask, 'destination'>[], recipients: readonly string[]) {
  return recipients.length === 0 && tasks.some(({ destination }) => mirrors(destination))
}

function mirrors(destination: NormalTask['destination']): boolean {
  return destination === undefined || (destination.path.kind === 'omitted' && destination.party.kind !== 'user')
}
