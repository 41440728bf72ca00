import type { Share } from '../../shared/domain/entities.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import type { ShareRow } from '../store/places.ts'

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
