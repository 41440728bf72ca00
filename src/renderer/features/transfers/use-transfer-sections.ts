import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { TransferKey } from '../../../shared/contract/view.ts'
import type { RowSection } from '../../../shared/domain/presentation.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { useNowMs } from '../../app/use-clock.ts'
import { call } from '../../bridge/bridge.ts'
import { listTransfers, movesByItself, type Sort } from '../../stores/transfer-list.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { useUi } from '../../stores/ui-store.ts'
import type { GridSection } from '../../ui/grid/grid-layout.ts'
import { keepFinished } from './finished-store.ts'

export interface TransferSections {
  readonly sections: readonly GridSection<TransferKey>[]
  /** First and last item in sight. */
  readonly onRange: (first: number, last: number) => void
}

/** What the table shows: out of the mirror, or, for everything that ever finished, out of windows asked for. */
export function useTransferSections(sort: Sort | undefined): TransferSections {
  const filter = useUi((state) => state.filter)
  const mirrored = useMirroredSections(sort, filter !== 'finished')
  const finished = useFinishedWindows(filter === 'finished')
  return filter === 'finished' ? finished : mirrored
}

function titleOf(id: RowSection): string {
  if (id === 'waiting-on-you') return say('transfers.section.waitingOnYou')
  return id === 'active' ? say('transfers.section.active') : say('transfers.section.finishedToday')
}

const ignoreRange = () => undefined

function useMirroredSections(sort: Sort | undefined, isUsed: boolean): TransferSections {
  const structure = useTransfers((state) => state.mirror.structure)
  const moving = useTransfers((state) => (movesByItself(sort) ? state.mirror.revision : undefined))
  const filter = useUi((state) => state.filter)
  const search = useUi((state) => state.search)
  const dayStartMs = startOfDay(useNowMs())
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is made anew when its structure changes, not with each figure
  const sections = useMemo(() => {
    if (!isUsed) return []
    const { rows } = useTransfers.getState().mirror
    const listed = listTransfers(rows.values(), { filter, search, sort, dayStartMs })
    return listed.map(
      ({ id, keys }): GridSection<TransferKey> => ({
        id,
        title: titleOf(id),
        count: keys.length,
        tone: id === 'waiting-on-you' ? 'yours' : 'plain',
        hasHeader: true,
        keys,
      }),
    )
  }, [structure, moving, filter, search, sort, dayStartMs, isUsed])
  return { sections, onRange: ignoreRange }
}

function startOfDay(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0)
}

const pageRows = 100

/** Keys of rows not fetched yet: they hold their row's place. */
const placeholder = (index: number) => `loading/${index}` as TransferKey

function useFinishedWindows(isUsed: boolean): TransferSections {
  const search = useUi((state) => state.search)
  const finishedTotal = useTransfers((state) => state.mirror.totals.finishedTotal)
  const [found, setFound] = useState<{ readonly total: number; readonly keys: ReadonlyMap<number, TransferKey> }>()
  const generation = useRef(0)
  const asked = useRef(new Set<number>())

  // biome-ignore lint/correctness/useExhaustiveDependencies: another finished transfer moves every window
  const fetchPage = useCallback(
    (page: number) => {
      if (asked.current.has(page)) return
      asked.current.add(page)
      const mine = generation.current
      const input = { offset: page * pageRows, limit: pageRows, ...(search !== '' && { search }) }
      void perform(async () => {
        const { rows, total } = await call('transfers.finished', input)
        if (mine !== generation.current) return
        keepFinished(rows)
        setFound((before) => {
          const keys = new Map(before?.keys)
          rows.forEach((row, offset) => void keys.set(page * pageRows + offset, row.key))
          return { total, keys }
        })
      })
    },
    [search, finishedTotal],
  )

  useEffect(() => {
    if (!isUsed) return
    generation.current += 1
    asked.current = new Set()
    fetchPage(0)
  }, [isUsed, fetchPage])

  const onRange = useCallback(
    (first: number, last: number) => {
      if (!isUsed) return
      for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page += 1) fetchPage(page)
    },
    [isUsed, fetchPage],
  )

  const sections = useMemo((): readonly GridSection<TransferKey>[] => {
    if (!isUsed || found === undefined || found.total === 0) return []
    const keys = Array.from({ length: found.total }, (_, index) => found.keys.get(index) ?? placeholder(index))
    return [
      {
        id: 'finished',
        title: say('transfers.section.finished'),
        count: found.total,
        tone: 'plain',
        hasHeader: true,
        keys,
      },
    ]
  }, [isUsed, found])
  return { sections, onRange }
}
