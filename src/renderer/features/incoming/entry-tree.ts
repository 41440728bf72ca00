import type { IncomingEntry } from '../../../shared/contract/view.ts'
import type { TaskId } from '../../../shared/domain/ids.ts'

/** A file or folder of a delivery with everything beneath it summed up. */
export interface EntryNode {
  readonly path: string
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  /** Files beneath, or 1. */
  readonly files: number
  readonly sameFiles: number
  readonly look: IncomingEntry['look']
  readonly becomes: string | undefined
  readonly existingMtimeMs: number | undefined
  /** Tasks whose files stand here or beneath: unticking excludes whole tasks. */
  readonly tasks: ReadonlySet<TaskId>
  readonly children: readonly EntryNode[]
}

interface Draft {
  readonly path: string
  readonly name: string
  kind: 'file' | 'folder'
  entry: IncomingEntry | undefined
  readonly children: Map<string, Draft>
}

/** The tree of `/`-separated paths; folders that no entry names are made from the paths beneath them. */
export function buildEntryTree(entries: readonly IncomingEntry[]): readonly EntryNode[] {
  const root: Draft = { path: '', name: '', kind: 'folder', entry: undefined, children: new Map() }
  for (const entry of entries) {
    let at = root
    const parts = entry.path.split('/').filter((part) => part !== '')
    parts.forEach((name, index) => {
      const path = parts.slice(0, index + 1).join('/')
      const isLast = index === parts.length - 1
      const child = at.children.get(name) ?? { path, name, kind: 'folder', entry: undefined, children: new Map() }
      if (isLast) {
        child.kind = entry.kind
        child.entry = entry
      }
      at.children.set(name, child)
      at = child
    })
  }
  return sortedChildren(root)
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Folders first, then by name as people count. */
function sortedChildren(draft: Draft): readonly EntryNode[] {
  return [...draft.children.values()]
    .sort((left, right) =>
      left.kind === right.kind ? collator.compare(left.name, right.name) : left.kind === 'folder' ? -1 : 1,
    )
    .map(finish)
}

function finish(draft: Draft): EntryNode {
  const children = sortedChildren(draft)
  const { entry } = draft
  const tasks = new Set(children.flatMap((child) => [...child.tasks]))
  if (entry?.taskId !== undefined) tasks.add(entry.taskId)
  const isFile = draft.kind === 'file'
  return {
    path: draft.path,
    name: draft.name,
    kind: draft.kind,
    sizeBytes: isFile ? (entry?.sizeBytes ?? 0) : sum(children, (child) => child.sizeBytes),
    files: isFile ? 1 : sum(children, (child) => child.files),
    sameFiles: isFile ? (entry?.look === 'same' ? 1 : 0) : sum(children, (child) => child.sameFiles),
    look: entry?.look,
    becomes: entry?.becomes,
    existingMtimeMs: entry?.existingMtimeMs,
    tasks,
    children,
  }
}

function sum(nodes: readonly EntryNode[], figureOf: (node: EntryNode) => number): number {
  return nodes.reduce((total, node) => total + figureOf(node), 0)
}

export interface VisibleNode {
  readonly node: EntryNode
  readonly level: number
  readonly position: number
  readonly siblings: number
  readonly isExpanded: boolean
}

/** Rows in sight, outermost first. */
export function visibleNodes(nodes: readonly EntryNode[], expanded: ReadonlySet<string>, level = 1): VisibleNode[] {
  return nodes.flatMap((node, index) => {
    const isExpanded = node.children.length > 0 && expanded.has(node.path)
    const own = { node, level, position: index + 1, siblings: nodes.length, isExpanded }
    return isExpanded ? [own, ...visibleNodes(node.children, expanded, level + 1)] : [own]
  })
}

/** Opened at first: downwards while there is room for what that shows. */
export function firstExpanded(nodes: readonly EntryNode[], room = 16): ReadonlySet<string> {
  const expanded = new Set<string>()
  let shown = nodes.length
  let level = nodes.filter((node) => node.children.length > 0)
  while (level.length > 0) {
    for (const node of level) {
      if (shown + node.children.length > room) continue
      shown += node.children.length
      expanded.add(node.path)
    }
    level = level.flatMap((node) =>
      expanded.has(node.path) ? node.children.filter((child) => child.children.length > 0) : [],
    )
  }
  return expanded
}

/** How much of a node is taken, given the tasks that are left out. */
export function tickOf(node: EntryNode, excluded: ReadonlySet<TaskId>): 'on' | 'off' | 'mixed' {
  let left = 0
  for (const task of node.tasks) if (excluded.has(task)) left += 1
  if (left === 0) return 'on'
  return left === node.tasks.size ? 'off' : 'mixed'
}

/** A box stands where whole tasks begin: a folder inside one task cannot be left out by itself. */
export function canTick(node: EntryNode, tasksOfParent: ReadonlySet<TaskId> | undefined): boolean {
  if (node.tasks.size === 0) return false
  if (node.tasks.size > 1) return true
  return tasksOfParent === undefined || tasksOfParent.size > 1
}
