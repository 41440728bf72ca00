import { type IconName, iconPaths } from './icon-paths.ts'

interface IconProps {
  readonly name: IconName
  /** Pixels; 16 unless told. */
  readonly size?: number
}

/** Ornament only: a word beside it, or the control's label, says the same. */
export function Icon({ name, size = 16 }: IconProps) {
  const isDots = name === 'more'
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={isDots ? 2 : 1.35}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={iconPaths[name]} />
    </svg>
  )
}
