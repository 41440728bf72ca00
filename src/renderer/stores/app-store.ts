import { create } from 'zustand'
import type { AppView, PersonView } from '../../shared/contract/view.ts'

interface AppState {
  readonly view: AppView | undefined
}

/** What surrounds the table; written by `bridge/connect.ts` only. */
export const useApp = create<AppState>()(() => ({ view: undefined }))

/** The view, where it is known to be there: below the root that waits for it. */
export function useView(): AppView {
  const view = useApp((state) => state.view)
  if (view === undefined) throw new Error('used outside the loaded app')
  return view
}

/** People to send to: not oneself. */
export function othersOf(view: AppView): readonly PersonView[] {
  return view.people.filter((person) => !person.isMe)
}
