import { useEffect, useState } from 'react'
import type { InvitationCheck } from '../../../shared/contract/view.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'

export interface CheckedInvitation {
  readonly check: InvitationCheck | undefined
  readonly problem: string | undefined
  readonly isChecking: boolean
}

const nothing: CheckedInvitation = { check: undefined, problem: undefined, isChecking: false }
const typingPauseMs = 300

/** Asks the workspace while the invitation is typed or pasted; nothing of the person is sent by that. */
export function useInvitationCheck(invitation: string): CheckedInvitation {
  const [state, setState] = useState(nothing)
  const text = invitation.trim()
  useEffect(() => {
    if (text === '') {
      setState(nothing)
      return
    }
    let isCurrent = true
    setState({ ...nothing, isChecking: true })
    const ask = () =>
      call('app.checkInvitation', { invitation: text }).then(
        (check) => {
          if (isCurrent) setState({ ...nothing, check })
        },
        (thrown: unknown) => {
          if (isCurrent) setState({ ...nothing, problem: sentenceOf(thrown) })
        },
      )
    const timer = setTimeout(() => void ask(), typingPauseMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [text])
  return state
}
