/** JSON that people read: what fits in a line stands in a line. */
export function compactJson(value: unknown, width = 118, indent = ''): string {
  const flat = flatJson(value)
  if (indent.length + flat.length <= width || typeof value !== 'object' || value === null) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const lines = value.map((each) => inner + compactJson(each, width, inner))
    return `[\n${lines.join(',\n')}\n${indent}]`
  }
  const lines = filled(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => `${JSON.stringify(key)}: ${compactJson(each, width, inner)}`),
    width,
    inner,
  )
  return `{\n${lines.join('\n')}\n${indent}}`
}

/** Short members side by side. */
function filled(members: readonly string[], width: number, indent: string): string[] {
  const lines: string[] = []
  members.forEach((member, index) => {
    const text = index < members.length - 1 ? `${member},` : member
    const last = lines.at(-1)
    const fits = last !== undefined && !`${last}${text}`.includes('\n') && last.length + 1 + text.length <= width
    if (fits) lines[lines.length - 1] = `${last} ${text}`
    else lines.push(indent + text)
  })
  return lines
}

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  if (members.length === 0) return '{}'
  return `{ ${members.map(([key, each]) => `${JSON.stringify(key)}: ${flatJson(each)}`).join(', ')} }`
}
