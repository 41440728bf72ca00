import { useEffect, useState } from 'react'
import type { TransferRow } from '../../shared/contract/view.ts'
import { sectionOf } from '../../shared/domain/presentation.ts'
import { say } from '../../shared/words/index.ts'
import { useApp } from '../stores/app-store.ts'
import { useTransfers } from '../stores/transfers-store.ts'

const quietMs = 5000

/** Tells readers what starts to wait on the user, fails or finishes: grouped, at most once in 5 s. Never percentages. */
export function Announcer() {
  const [words, setWords] = useState('')
  useEffect(() => {
    let waiting: string[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const speak = () => {
      timer = undefined
      if (waiting.length === 0) return
      const [only] = waiting
      setWords(waiting.length === 1 && only !== undefined ? only : say('app.announce.many', { count: waiting.length }))
      waiting = []
      timer = setTimeout(speak, quietMs)
    }
    const stop = useTransfers.subscribe((state, before) => {
      if (!before.isLoaded || state.mirror.structure === before.mirror.structure) return
      for (const [key, row] of state.mirror.rows) {
        const change = announcementOf(before.mirror.rows.get(key), row)
        if (change !== undefined) waiting.push(change)
      }
      if (waiting.length > 0 && timer === undefined) speak()
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [])
  return (
    <>
      <div className="visually-hidden" role="log" aria-live="polite">
        {words}
      </div>
      <LostWorkspace />
    </>
  )
}

function announcementOf(before: TransferRow | undefined, row: TransferRow): string | undefined {
  if (before === row) return undefined
  const { name } = row
  if (sectionOf(row) === 'waiting-on-you') {
    return before !== undefined && sectionOf(before) === 'waiting-on-you'
      ? undefined
      : say('app.announce.waits', { name })
  }
  if (before === undefined || before.status === row.status) return undefined
  if (row.status === 'failed') return say('app.announce.failed', { name })
  return row.status === 'done' ? say('app.announce.finished', { name }) : undefined
}

/** A lost workspace interrupts. */
function LostWorkspace() {
  const lost = useApp((state) =>
    (state.view?.workspaces ?? [])
      .filter((workspace) => workspace.connection === 'offline')
      .map((workspace) => workspace.name)
      .join(', '),
  )
  return (
    <div className="visually-hidden" role="alert">
      {lost !== '' && say('app.announce.workspaceLost', { workspace: lost })}
    </div>
  )
}
