import { useCallback, useEffect, useRef, useState } from 'react'
import type { IncomingDetails, TransferRow } from '../../../shared/contract/view.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'

export interface ChosenLocation {
  readonly token: string
  readonly subPath: string
}

export interface IncomingState {
  readonly details: IncomingDetails | undefined
  /** A sentence, when the last question could not be answered. */
  readonly problem: string | undefined
  readonly isAsking: boolean
  /** What a person has put in last; `details` may still be those of the place before. */
  readonly chosen: ChosenLocation | undefined
  readonly setLocation: (location: ChosenLocation) => void
  readonly reload: () => void
}

/** Typing asks again only when it pauses. */
const typingPauseMs = 250

/** What is in a delivery and what is at the place it would land; asked again whenever either may have changed. */
export function useIncomingDetails(row: TransferRow): IncomingState {
  const { key, revision } = row
  const [location, setLocation] = useState<ChosenLocation>()
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<Pick<IncomingState, 'details' | 'problem' | 'isAsking'>>({
    details: undefined,
    problem: undefined,
    isAsking: true,
  })
  const generation = useRef(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision or attempt asks anew
  useEffect(() => {
    generation.current += 1
    const mine = generation.current
    const ask = async () => {
      setState((before) => ({ ...before, isAsking: true }))
      try {
        const details = await call('incoming.details', { key, ...(location !== undefined && { location }) })
        if (mine === generation.current) setState({ details, problem: undefined, isAsking: false })
      } catch (thrown) {
        if (mine !== generation.current) return
        setState((before) => ({ ...before, problem: sentenceOf(thrown), isAsking: false }))
      }
    }
    const timer = setTimeout(() => void ask(), location === undefined ? 0 : typingPauseMs)
    return () => clearTimeout(timer)
  }, [key, revision, location, attempt])

  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  return { ...state, chosen: location, setLocation, reload }
}
