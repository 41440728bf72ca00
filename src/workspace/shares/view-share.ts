import type { Share } from '../../shared/domain/entities.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import type { ShareRow } from '../store/places.ts'
import { recordedFields } from '../store/recorded.ts'

/** Undefined when the viewer has no right to it at all. `access`: of the viewer, where many shares are looked at. */
export function viewShare(
  scope: ViewScope,
  row: ShareRow,
  access = new ShareAccess(scope.database, scope.viewer),
): Share | undefined {
  const { mayRead, mayWrite, maySeeName } = access.at(row, '')
  if (!maySeeName) return undefined
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    kind: row.kind,
    isDefault: row.is_default === 1,
    ...(row.user_id !== null && { userId: row.user_id }),
    siteCode: row.site_code,
    // Something of it may be listed, even where that is only what leads to the viewer's own folders.
    mayRead: mayRead || access.visibleNames(row, '') !== undefined,
    mayWrite,
  }
}

/** All of it, for those who look after shares; where it lies is for who answers for the server. */
export function viewShareRecord(scope: ViewScope, row: ShareRow, access: ShareAccess) {
  // What was put away is still to be found by whoever could use it.
  const share = viewShare(scope, { ...row, inactive_at: null }, access)
  if (share === undefined) return undefined
  return {
    ...share,
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    ...(row.relative_path !== null && { relativePath: row.relative_path }),
    ...(scope.viewer.role === 'admin' && foldersOf(row)),
    status: row.status,
    emails: JSON.parse(row.emails) as string[],
    ...(row.queue !== null && { queue: row.queue }),
    isActive: row.inactive_at === null,
    ...recordedFields(row),
  }
}

function foldersOf(row: ShareRow) {
  return {
    ...(row.parent_id === null && row.path !== '' && { path: row.path }),
    paths: {
      ...(row.path_windows !== null && { windows: row.path_windows }),
      ...(row.path_linux !== null && { linux: row.path_linux }),
      ...(row.path_mac !== null && { mac: row.path_mac }),
    },
  }
}
