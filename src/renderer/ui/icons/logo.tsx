interface LogoProps {
  /** Pixels of the square it is drawn in; up to 24 the heavier drawing is used. */
  readonly size: number
}

/** The bird: wings, body and the beak apart from it (LOOK.md section 3). Ornament: the name stands beside it. */
export function Logo({ size }: LogoProps) {
  if (size <= 24) {
    return (
      <svg className="logo" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
        <path
          fill="currentColor"
          d="M.2 4.6C4.6 3.4 8 5 9.8 8.2C10.8 5.2 12.8 2.4 15.8 .6C14.2 3.8 13 6.4 12.1 9.4C13 9.7 13.6 10.2 13.7 10.8C12.8 12.2 11 12.3 9 12.4C5.8 12.6 3.2 13.4 .6 15.2C2.6 12 5.2 10.1 8.4 9.6C6.6 6.8 4 5.2 .2 4.6Z"
        />
        <path className="logo-beak" d="M14.3 10.4L16 12.4L13.2 11.9Z" />
      </svg>
    )
  }
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <path
        fill="currentColor"
        d="M1 18C18 13 31 18 39 32C43 20 51 9 63 2C56 14 50.5 26 46.5 37.5C43 36.6 38.5 36.8 34.5 38C29 27 18 19.5 1 18Z"
      />
      <path
        fill="currentColor"
        d="M3 60C13 48 27 40.6 41.5 39.6C49 39.1 53.4 41 54.6 43.6C51 48.2 44 49 36 49.2C23 49.6 12 53.4 3 60Z"
      />
      <path className="logo-beak" d="M56.4 42.2L64 49L53.6 47Z" />
    </svg>
  )
}
