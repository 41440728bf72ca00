/** Who makes something happen to a job or a task. A caller can be several of them at once. */
export type Cause =
  /** Who made the job. */
  | 'maker'
  /** Who made, sends or receives the job. */
  | 'involved'
  /** The person it is sent to. */
  | 'recipient'
  /** Who owns a machine that takes part. */
  | 'owner'
  /** An admin or employee. */
  | 'operator'
  /** The workspace by itself: its scheduler and clock. */
  | 'workspace'
  /** The client at the source. */
  | 'sender'
  /** The client at the destination. */
  | 'receiver'

/** Whether one of the caller's roles may cause an event, by that event's row of a table of causes. */
export function mayCause<Event extends string>(
  table: Readonly<Record<Event, readonly Cause[]>>,
  event: Event,
  roles: readonly Cause[],
): boolean {
  return roles.some((role) => table[event].includes(role))
}
