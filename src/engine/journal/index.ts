export { type Journal, openJournal } from './journal.ts'
export type { PartialStart, TargetPlace } from './journal-events.ts'
