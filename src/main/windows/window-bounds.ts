import type { Rectangle } from 'electron'
import type { WindowBounds } from '../preferences/local-state.ts'

export const defaultSize = { width: 1200, height: 760 } as const
export const minimumSize = { width: 640, height: 440 } as const

/** Remembered bounds, if enough of the window would still be on a screen; else the default size, centred. */
export function usableBounds(remembered: WindowBounds | undefined, workAreas: readonly Rectangle[]): WindowBounds {
  if (!remembered) return defaultSize
  const width = Math.max(remembered.width, minimumSize.width)
  const height = Math.max(remembered.height, minimumSize.height)
  const { x, y } = remembered
  if (x === undefined || y === undefined) return { width, height }
  const isReachable = workAreas.some(
    (area) =>
      x + width > area.x + 80 && x < area.x + area.width - 80 && y >= area.y - 8 && y < area.y + area.height - 44,
  )
  return isReachable ? { ...remembered, width, height } : { width, height }
}
