import type { TaskId } from '../../../shared/domain/ids.ts'
import { say } from '../../../shared/words/index.ts'
import type { IconName } from '../../ui/icons/icon-paths.ts'
import { type EntryNode, tickOf } from './entry-tree.ts'

const filmNames = /\.(mov|mp4|mxf|avi|mkv|r3d|braw|webm)$/i
const soundNames = /\.(wav|aif|aiff|mp3|flac|ogg|m4a)$/i

export function iconOfEntry(node: Pick<EntryNode, 'kind' | 'name'> & { readonly look?: EntryNode['look'] }): IconName {
  if (node.kind === 'folder') return 'folder'
  if (node.look === 'program') return 'program'
  if (filmNames.test(node.name)) return 'film'
  return soundNames.test(node.name) ? 'sound' : 'file'
}

export interface LookWords {
  readonly text: string
  readonly icon?: IconName
}

interface LookContext {
  readonly isLeftOut: boolean
  readonly excluded: ReadonlySet<TaskId>
  readonly clock: (epochMs: number) => string
}

/** The "Look at" column: a problem or what is there already; for folders, how many files. */
export function lookOf(node: EntryNode, { isLeftOut, excluded, clock }: LookContext): LookWords {
  switch (node.look) {
    case 'replaces':
      return {
        icon: 'replace',
        text:
          node.existingMtimeMs === undefined
            ? say('incoming.look.replaces')
            : say('incoming.look.replacesOf', { time: clock(node.existingMtimeMs) }),
      }
    case 'program':
      return { icon: 'warning', text: isLeftOut ? say('incoming.look.programLeftOut') : say('incoming.look.program') }
    case 'name-mapped':
      return { icon: 'warning', text: say('incoming.look.nameBecomes', { name: node.becomes ?? '' }) }
    case 'name-not-allowed':
      return { icon: 'warning', text: say('incoming.look.name') }
    case 'same':
      return { text: say('incoming.look.same') }
    default:
      return { text: node.kind === 'folder' ? folderWords(node, excluded) : '' }
  }
}

function folderWords(node: EntryNode, excluded: ReadonlySet<TaskId>): string {
  if (node.files === 0) return ''
  if (tickOf(node, excluded) === 'mixed') {
    return say('incoming.look.someFiles', { taken: takenFiles(node, excluded), total: node.files })
  }
  const files = say('incoming.files', { count: node.files })
  return node.sameFiles > 0 ? say('incoming.look.sameIn', { files, same: node.sameFiles }) : files
}

/** Files of a node whose task is not left out. */
export function takenFiles(node: EntryNode, excluded: ReadonlySet<TaskId>): number {
  if (tickOf(node, excluded) === 'off' && node.tasks.size > 0) return 0
  if (node.children.length === 0) return node.files
  return node.children.reduce((sum, child) => sum + takenFiles(child, excluded), 0)
}

export function excludedBytes(nodes: readonly EntryNode[], excluded: ReadonlySet<TaskId>): number {
  return nodes.reduce((sum, node) => {
    if (node.tasks.size > 0 && tickOf(node, excluded) === 'off') return sum + node.sizeBytes
    return sum + excludedBytes(node.children, excluded)
  }, 0)
}

export function countLooks(nodes: readonly EntryNode[], look: NonNullable<EntryNode['look']>): number {
  return nodes.reduce((sum, node) => sum + (node.look === look ? 1 : 0) + countLooks(node.children, look), 0)
}
