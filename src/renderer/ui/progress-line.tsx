import type { ProgressLine as LineKind } from '../../shared/domain/presentation.ts'

interface ProgressLineProps {
  readonly kind: LineKind
  /** 0 to 1. */
  readonly ratio: number
  /** The row's state in words, for readers. */
  readonly text: string
}

/** The row's own hairline, filled with ink as far as bytes are verified. It moves only when a figure moves. */
export function ProgressLine({ kind, ratio, text }: ProgressLineProps) {
  if (kind === 'none') return null
  const isKnown = kind !== 'unknown-length'
  return (
    <span
      className="progress-line"
      data-kind={kind}
      role="progressbar"
      aria-label={text}
      aria-valuetext={text}
      {...(isKnown && { 'aria-valuenow': Math.floor(ratio * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
    >
      {kind !== 'unknown-length' && kind !== 'failed-in-part' && (
        <span className="progress-fill" style={{ transform: `scaleX(${ratio})` }} />
      )}
    </span>
  )
}
