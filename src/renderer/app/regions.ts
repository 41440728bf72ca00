const regions = 'nav, [role="grid"], [role="treegrid"], .details, .inspector, .place form, footer'
const focusable = 'button:not([disabled], [tabindex="-1"]), input, [tabindex="0"]'

/** F6 goes round the window's regions; in each to what is current there, else to its first control. */
export function focusNextRegion(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(regions)].filter((region) => targetIn(region) !== null)
  if (all.length === 0) return
  const current = all.findIndex((region) => region.contains(document.activeElement))
  const next = all[(current + by + all.length) % all.length] ?? all[0]
  if (next !== undefined) targetIn(next)?.focus()
}

function targetIn(region: HTMLElement): HTMLElement | null {
  if (region.tabIndex >= 0) return region
  return region.querySelector<HTMLElement>('[aria-current]') ?? region.querySelector<HTMLElement>(focusable)
}
