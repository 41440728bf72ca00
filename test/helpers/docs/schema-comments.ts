import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

// biome-ignore lint/suspicious/noExplicitAny: nodes of a syntax tree, looked at by their type
type Node = any

interface Place {
  readonly node: Node
  readonly file: SourceFile
}

interface Field extends Place {
  readonly comment: string | undefined
}

const contract = fileURLToPath(new URL('../../../src/shared/contract/', import.meta.url))
const start = 'operation-schemas.ts'

/** What is written above the schemas in the contract: the pages say it, so that it is written once. */
export class SchemaComments {
  readonly #files = new Map<string, SourceFile>()
  readonly #operations: ReadonlyMap<string, Field>

  constructor() {
    const file = this.#file(join(contract, start))
    this.#operations = this.#fieldsOf({ node: file.declarations.get('operationSchemas')?.node, file })
  }

  /** Of an operation as a whole. */
  ofOperation(name: string): string | undefined {
    return this.#operations.get(name)?.comment
  }

  /** Of its input or output as a whole (`[]`), or of a field of it, however deep. */
  ofField(name: string, side: 'input' | 'output', path: readonly string[]): string | undefined {
    const operation = this.#operations.get(name)
    return operation && this.#ofPath(operation, [side, ...path])
  }

  /** Of a field of what a file of the contract exports, or keeps for itself. */
  ofConstant(fileName: string, constant: string, path: readonly string[]): string | undefined {
    const file = this.#file(join(contract, fileName))
    return this.#ofPath({ node: { type: 'Identifier', name: constant }, file, comment: undefined }, path)
  }

  #ofPath(from: Field, path: readonly string[]): string | undefined {
    let at: Field | undefined = from
    for (const key of path) at = at && this.#fieldsOf(at).get(key)
    return at?.comment ?? (at && this.#ofDeclaration(at))
  }

  /** A field that says nothing is what its constant says. */
  #ofDeclaration({ node, file }: Place): string | undefined {
    const inner = unwrapped(node)
    return inner?.type === 'Identifier' ? this.#declaration(inner.name, file)?.comment : undefined
  }

  #fieldsOf({ node, file }: Place): Map<string, Field> {
    const inner = unwrapped(node)
    if (inner?.type === 'Identifier') {
      const declaration = this.#declaration(inner.name, file)
      return declaration ? this.#fieldsOf(declaration) : new Map()
    }
    if (inner?.type === 'CallExpression') {
      for (const argument of inner.arguments) {
        const parts = argument.type === 'ArrayExpression' ? argument.elements : [argument]
        for (const part of parts) {
          const fields = this.#fieldsOf({ node: part, file })
          if (fields.size > 0) return fields
        }
      }
      return new Map()
    }
    if (inner?.type !== 'ObjectExpression') return new Map()
    const fields = new Map<string, Field>()
    for (const property of inner.properties) {
      if (property.type === 'SpreadElement') {
        for (const [key, field] of this.#fieldsOf({ node: property.argument, file })) fields.set(key, field)
      } else {
        const key = property.key.name ?? property.key.value
        fields.set(key, { node: property.value, file, comment: file.commentAbove(property.start) })
      }
    }
    return fields
  }

  #declaration(name: string, file: SourceFile): Field | undefined {
    const own = file.declarations.get(name)
    if (own) return own
    const from = file.imports.get(name)
    return from === undefined ? undefined : this.#file(join(dirname(file.path), from)).declarations.get(name)
  }

  #file(path: string): SourceFile {
    const known = this.#files.get(path)
    if (known) return known
    const file = new SourceFile(path)
    this.#files.set(path, file)
    return file
  }
}

class SourceFile {
  readonly path: string
  readonly declarations = new Map<string, Field>()
  readonly imports = new Map<string, string>()
  readonly #text: string
  readonly #comments: readonly { readonly type: string; readonly value: string; readonly start: number; end: number }[]

  constructor(path: string) {
    this.path = path
    this.#text = readFileSync(path, 'utf8')
    const { program, comments } = parseSync(path, this.#text)
    this.#comments = comments
    for (const statement of program.body as Node[]) this.#take(statement)
  }

  /** Of the JSDoc comment that ends right before a place. */
  commentAbove(place: number): string | undefined {
    const comment = this.#comments.find(
      ({ type, value, end }) =>
        type === 'Block' && value.startsWith('*') && end <= place && this.#text.slice(end, place).trim() === '',
    )
    return comment?.value
      .replace(/^\*/, '')
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim()
  }

  #take(statement: Node): void {
    if (statement.type === 'ImportDeclaration') {
      const source: string = statement.source.value
      for (const { local } of statement.specifiers) if (source.startsWith('.')) this.imports.set(local.name, source)
    }
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type !== 'VariableDeclaration') return
    for (const { id, init } of declared.declarations) {
      this.declarations.set(id.name, { node: init, file: this, comment: this.commentAbove(statement.start) })
    }
  }
}

/** Without `as`, `satisfies`, and calls of methods upon it: `x.optional()` is about `x`. */
function unwrapped(node: Node): Node {
  if (node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression') return unwrapped(node.expression)
  const callee = node?.type === 'CallExpression' ? node.callee : undefined
  const isMethod = callee?.type === 'MemberExpression' && callee.object.name !== 'z'
  return isMethod ? unwrapped(callee.object) : node
}
