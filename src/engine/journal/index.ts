export { type Journal, journalFolder, openJournal } from './journal.ts'
export type { PartialStart, TargetPlace } from './journal-events.ts'
export { journalKeys } from './journal-keys.ts'
