export { type Journal, openJournal } from './journal.ts'
export type { PartialStart, TargetPlace } from './journal-events.ts'
export type { PartialState } from './journal-state.ts'
