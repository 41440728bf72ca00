import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'

interface SpaceBarProps {
  readonly bytes: number
  readonly freeBytes: number
  readonly totalBytes: number | undefined
}

/** Used, then what comes now in ink; the words below say the same. */
export function SpaceBar({ bytes, freeBytes, totalBytes }: SpaceBarProps) {
  const left = freeBytes - bytes
  if (left < 0) {
    return (
      <p className="inspector-problem" role="alert">
        {say('incoming.tooLittle', { missing: formatBytes(-left) })}
      </p>
    )
  }
  if (totalBytes === undefined || totalBytes <= 0) {
    return (
      <p className="space-words">
        {say('incoming.spaceUnknown', { now: formatBytes(bytes), left: formatBytes(left) })}
      </p>
    )
  }
  const used = Math.max(0, totalBytes - freeBytes)
  return (
    <>
      <svg
        className="space-bar"
        width="100%"
        height="4"
        preserveAspectRatio="none"
        viewBox="0 0 1000 4"
        aria-hidden="true"
      >
        <rect className="space-rest" x="0" y="1" width="1000" height="2" />
        <rect className="space-used" x="0" y="1" width={(used / totalBytes) * 1000} height="2" />
        <rect
          className="space-now"
          x={(used / totalBytes) * 1000}
          y="0"
          width={Math.max(4, (bytes / totalBytes) * 1000)}
          height="4"
        />
      </svg>
      <p className="space-words">
        {say('incoming.space', { used: formatBytes(used), now: formatBytes(bytes), left: formatBytes(left) })}
      </p>
    </>
  )
}
