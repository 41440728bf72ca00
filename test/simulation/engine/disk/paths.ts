import type { Disk } from './disk.ts'
import { type DiskNode, FileNode, type FolderNode, LinkNode, systemError } from './nodes.ts'

/** Where a path leads: the folder that holds its last name, and what has that name. */
export interface Place {
  /** Undefined: the path ends on a handle or on the root itself. */
  readonly folder: FolderNode | undefined
  readonly name: string
  readonly node: DiskNode | undefined
}

const handlePattern = /^\/proc\/self\/fd\/(\d+)(?:\/|$)/
const maxLinks = 40

/** Follows a path as the system does: through links, except a last one, and from open handles on. */
export function walk(
  disk: Disk,
  path: string,
  openNode: (fd: number) => DiskNode,
  call: string,
  followsLast: boolean,
  linksLeft = maxLinks,
): Place {
  const handle = handlePattern.exec(path)
  let at: DiskNode = handle ? openNode(Number(handle[1])) : disk.root
  let folder: FolderNode | undefined
  let name = ''
  const names = path
    .slice(handle?.[0].length ?? 0)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  for (const [index, next] of names.entries()) {
    if (at instanceof LinkNode || at instanceof FileNode) throw systemError('ENOTDIR', call, path)
    if (next.length > 255) throw systemError('ENAMETOOLONG', call, path)
    const isLast = index === names.length - 1
    const found: DiskNode | undefined = next === '..' ? (at.parent ?? at) : at.entries.get(next)
    if (found instanceof LinkNode && (!isLast || followsLast)) {
      if (linksLeft === 0) throw systemError('ELOOP', call, path)
      const rest = names.slice(index + 1).join('/')
      const base = found.target.startsWith('/') ? found.target : `${disk.pathOf(at)}/${found.target}`
      return walk(disk, rest === '' ? base : `${base}/${rest}`, openNode, call, followsLast, linksLeft - 1)
    }
    if (isLast) return { folder: at, name: next, node: found }
    if (!found) throw systemError('ENOENT', call, path)
    folder = at
    name = next
    at = found
  }
  return { folder, name, node: at }
}
