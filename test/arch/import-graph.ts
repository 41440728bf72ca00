import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One import of a file. `target` is a path from the repository's root, or as written for packages and `node:`. */
export type Import = { readonly target: string; readonly typeOnly: boolean }

/** Files, by their path from the repository's root with forward slashes, and what each imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>

type Written = { readonly specifier: string; readonly typeOnly: boolean }

const typeImports = (node: unknown, found: Written[]): void => {
  if (Array.isArray(node)) {
    for (const inner of node) typeImports(inner, found)
  } else if (typeof node === 'object' && node !== null) {
    const { type, source } = node as { type?: unknown; source?: { value?: unknown } }
    if (type === 'TSImportType') found.push({ specifier: String(source?.value), typeOnly: true })
    for (const inner of Object.values(node)) typeImports(inner, found)
  }
}

/** Everything that `source` imports, in any of the language's ways. Throws on what cannot be read without running it. */
export const importsOf = (file: string, source: string): readonly Written[] => {
  const { module, program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Written[] = []
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every(({ isType }) => isType)
    found.push({ specifier: moduleRequest.value, typeOnly })
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null) found.push({ specifier: moduleRequest.value, typeOnly: isType })
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end))
    if (literal === null) throw new Error(`${file}: an import whose target is computed escapes every rule.`)
    found.push({ specifier: literal[2] ?? '', typeOnly: false })
  }
  typeImports(program.body, found)
  return found
}

const targetOf = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier

/** Reads the imports of every TypeScript file under `folder`. */
export const readImportGraph = (root: string, folder: string): ImportGraph => {
  const graph = new Map<string, readonly Import[]>()
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const file = relative(root, path).split(sep).join('/')
    const imports = importsOf(file, readFileSync(path, 'utf8')).map(({ specifier, typeOnly }) => ({
      target: targetOf(file, specifier),
      typeOnly,
    }))
    graph.set(file, imports)
  }
  return graph
}
