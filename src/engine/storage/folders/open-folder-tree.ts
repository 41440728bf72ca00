import { existsSync } from 'node:fs'
import { CheckedFolders } from './checked-folders.ts'
import type { FolderTree, FolderTreeOptions } from './folder-tree.ts'
import { HandleFolders } from './handle-folders.ts'

/** Opens a root; the root's own path may contain links, since a person chose it. Fails with DRIVE_GONE, SOURCE_NOT_FOUND. */
export function openFolderTree(root: string, options: FolderTreeOptions): FolderTree {
  const useHandles = options.useHandles ?? (process.platform === 'linux' && existsSync('/proc/self/fd'))
  return useHandles ? new HandleFolders(root, options.side) : new CheckedFolders(root, options.side)
}
