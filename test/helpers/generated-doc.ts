import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/** With this set the tests write what they otherwise demand: `TERN_WRITE_DOCS=1 npx vitest run …`. */
const isWriting = process.env.TERN_WRITE_DOCS === '1'

/** Holds the part of a page between `<!-- name -->` and `<!-- /name -->` to what the code says. */
export function expectSection(file: string, name: string, wanted: string): void {
  const text = readFileSync(file, 'utf8')
  const section = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`)
  if (isWriting) {
    writeFileSync(
      file,
      text.replace(section, () => `<!-- ${name} -->\n${wanted}\n<!-- /${name} -->`),
    )
    return
  }
  expect(section.exec(text)?.[1]?.trim()).toBe(wanted)
}

/** Holds a whole file to what the code says. */
export function expectFile(file: string, wanted: string): void {
  if (isWriting) writeFileSync(file, wanted)
  expect(readFileSync(file, 'utf8')).toBe(wanted)
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
