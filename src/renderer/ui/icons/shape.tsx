import type { ReactNode } from 'react'
import type { StateShape } from '../../../shared/domain/presentation.ts'

/** State shapes on a 12 grid (LOOK.md section 3): each is told from the others without colour. */
const shapes = {
  running: <path d="M2.6 1.6v8.8L10.4 6z" fill="currentColor" />,
  scanning: <circle cx="6" cy="6" r="4.2" {...line(1.5)} strokeDasharray="0.01 2.64" />,
  comparing: <path d="M1.4 4.1h9.2M1.4 7.9h9.2" {...line(1.7)} />,
  verifying: (
    <>
      <circle cx="6" cy="6" r="4.6" {...line(1.3)} />
      <path d="M3.9 6.1l1.5 1.5 2.7-3" {...line(1.3)} />
    </>
  ),
  waiting: <circle cx="6" cy="6" r="4" {...line(1.8)} />,
  offline: (
    <>
      <circle cx="6" cy="6" r="4.3" {...line(1.5)} />
      <path d="M3 9l6-6" {...line(1.5)} />
    </>
  ),
  queued: <path d="M1.6 2.8h8.8M1.6 6h5.8M1.6 9.2h3" {...line(1.5)} />,
  paused: <path d="M3.8 2.2v7.6M8.2 2.2v7.6" {...line(2)} strokeLinecap="butt" />,
  failed: <path d="M2.4 2.4l7.2 7.2M9.6 2.4L2.4 9.6" {...line(2.2)} strokeLinecap="butt" />,
  done: <path d="M1.8 6.4l2.8 2.8 5.6-6.4" {...line(1.5)} />,
  stopped: <path d="M2.4 2.4h7.2v7.2H2.4z" {...line(1.5)} />,
  beak: <path d="M.5 1.5L11.8 8.2L2.4 10.5C3.4 7.5 2.6 4 .5 1.5Z" fill="currentColor" />,
} as const satisfies Record<StateShape, ReactNode>

function line(width: number) {
  return {
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: width,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  } as const
}

interface ShapeProps {
  readonly name: StateShape
  readonly size?: number
}

/** Hidden from readers: the sentence beside it says the state. */
export function Shape({ name, size = 12 }: ShapeProps) {
  return (
    <svg className="shape" data-shape={name} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
}
