// biome-ignore-all lint/a11y/useSemanticElements: rows outside the view are not in the page, so this is no table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is only read; it scrolls as one
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { TaskRow, TransferRow } from '../../../shared/contract/view.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { useNowMs } from '../../app/use-clock.ts'
import { Shape } from '../../ui/icons/shape.tsx'
import { ProgressLine } from '../../ui/progress-line.tsx'
import { taskLook } from './task-words.ts'
import { useTaskWindows } from './use-task-windows.ts'

const rowPx = 28

/** One line for each file or folder of the job, in windows. */
export function TaskList({ row }: { readonly row: TransferRow }) {
  const { total, rows, problem, isLoaded, onRange } = useTaskWindows(row)
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  })
  const first = virtualizer.range?.startIndex ?? 0
  const last = virtualizer.range?.endIndex ?? 0
  useEffect(() => onRange(first, last), [onRange, first, last])
  if (problem !== undefined) return <p className="details-note">{problem}</p>
  if (isLoaded && total === 0) return <p className="details-note">{say('details.noTasks')}</p>
  return (
    <div
      ref={scroller}
      className="task-list"
      role="table"
      aria-label={say('details.tasksLabel', { name: row.name })}
      aria-rowcount={total + 1}
      // A list that scrolls is reached by Tab and moved by the arrows.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
    >
      <div role="row" className="task-columns" aria-rowindex={1}>
        <span role="columnheader">{say('details.column.item')}</span>
        <span role="columnheader">{say('details.column.status')}</span>
        <span role="columnheader" className="task-size">
          {say('details.column.size')}
        </span>
      </div>
      <div className="grid-body" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <TaskLine key={index} task={rows.get(index)} rowIndex={index + 2} top={start} />
        ))}
      </div>
    </div>
  )
}

interface TaskLineProps {
  readonly task: TaskRow | undefined
  readonly rowIndex: number
  readonly top: number
}

function TaskLine({ task, rowIndex, top }: TaskLineProps) {
  const nowMs = useNowMs()
  if (task === undefined)
    return <div role="row" className="task-row" aria-rowindex={rowIndex} aria-busy="true" style={{ top }} />
  const look = taskLook(task, nowMs)
  const slash = task.path.replace(/\/+$/, '').lastIndexOf('/')
  const isMoving = task.status === 'executing' && task.sizeBytes > 0
  return (
    <div role="row" className="task-row" aria-rowindex={rowIndex} style={{ top }} data-tone={look.tone}>
      <span role="cell" className="task-path selectable" title={task.path}>
        <bdi>
          <span className="task-folder">{task.path.slice(0, slash + 1)}</span>
          {task.path.slice(slash + 1)}
        </bdi>
      </span>
      <span role="cell" className="task-status">
        <Shape name={look.shape} size={10} />
        <span className="ellipsis selectable" title={look.text}>
          {look.text}
        </span>
        {isMoving && (
          <ProgressLine kind="moving" ratio={Math.min(1, task.bytesVerified / task.sizeBytes)} text={look.text} />
        )}
      </span>
      <span role="cell" className="task-size">
        {task.sizeBytes > 0 || task.kind === 'file' ? formatBytes(task.sizeBytes) : ''}
      </span>
    </div>
  )
}
