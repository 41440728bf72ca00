import { useCallback, useEffect, useRef, useState } from 'react'
import type { TaskRow, TransferRow } from '../../../shared/contract/view.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'

const pageRows = 100
/** Tasks of what runs are asked for again this often, and only the pages in sight. */
const refreshMs = 1000

interface TaskWindows {
  readonly total: number
  readonly rows: ReadonlyMap<number, TaskRow>
  readonly problem: string | undefined
  readonly isLoaded: boolean
  readonly onRange: (first: number, last: number) => void
}

/** A job may have a million tasks: only the windows in sight are fetched and kept. */
export function useTaskWindows(row: TransferRow): TaskWindows {
  const { key } = row
  const [state, setState] = useState<Omit<TaskWindows, 'onRange'>>({
    total: 0,
    rows: new Map(),
    problem: undefined,
    isLoaded: false,
  })
  const range = useRef({ first: 0, last: 0 })
  const asking = useRef(new Set<number>())

  const fetchPage = useCallback(
    async (page: number) => {
      if (asking.current.has(page)) return
      asking.current.add(page)
      try {
        const { rows, total } = await call('transfers.tasks', { key, offset: page * pageRows, limit: pageRows })
        setState((before) => {
          const kept = new Map([...before.rows].filter(([index]) => isNear(index, range.current)))
          rows.forEach((task, offset) => void kept.set(page * pageRows + offset, task))
          return { total, rows: kept, problem: undefined, isLoaded: true }
        })
      } catch (thrown) {
        setState((before) => ({ ...before, problem: sentenceOf(thrown), isLoaded: true }))
      } finally {
        asking.current.delete(page)
      }
    },
    [key],
  )

  const fetchRange = useCallback(() => {
    const { first, last } = range.current
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page += 1) void fetchPage(page)
  }, [fetchPage])

  // Any change of the row may be one of its tasks; figures move many times a second, so they are gathered.
  const lastAskedMs = useRef(Number.NEGATIVE_INFINITY)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever the row is another
  useEffect(() => {
    const waitMs = Math.max(0, lastAskedMs.current + refreshMs - performance.now())
    const timer = setTimeout(() => {
      lastAskedMs.current = performance.now()
      fetchRange()
    }, waitMs)
    return () => clearTimeout(timer)
  }, [row, fetchRange])

  const onRange = useCallback(
    (first: number, last: number) => {
      range.current = { first, last }
      fetchRange()
    },
    [fetchRange],
  )
  return { ...state, onRange }
}

function isNear(index: number, { first, last }: { readonly first: number; readonly last: number }): boolean {
  return index >= first - 5 * pageRows && index <= last + 5 * pageRows
}
