import { TernError } from '../../shared/domain/errors.ts'
import { clientById } from '../store/people.ts'
import type { ShareRow } from '../store/places.ts'
import { serversOfShare } from '../store/share-places.ts'
import type { Transaction } from '../store/store.ts'
import { tell } from './share-changes.ts'

/**
 * A site's server serves the volume: one for each site. `path`: its folder there; that of its own site when not said.
 * @throws TernError NOT_FOUND, CONFLICT {problem}, PATH_INVALID
 */
export function assignServer(transaction: Transaction, share: ShareRow, clientId: string, path?: string): void {
  const { database, nowMs } = transaction
  const client = clientById(database, clientId)
  if (client?.kind !== 'server' || client.site_code === null) {
    throw new TernError('NOT_FOUND', { entity: 'server', id: clientId })
  }
  if (share.parent_id !== null || share.kind === 'collection')
    throw new TernError('CONFLICT', { problem: 'only-volumes-are-served' })
  const folder = path ?? serversOfShare(database, share)[0]?.path ?? share.path
  if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(folder)) {
    throw new TernError('PATH_INVALID', { path: folder, problem: 'absolute-needed' })
  }
  database.run(
    `INSERT INTO share_servers (share_id, site_code, client_id, path, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (share_id, site_code) DO UPDATE SET client_id = ?3, path = ?4`,
    [share.id, client.site_code, client.id, folder, nowMs],
  )
  if (client.site_code === share.site_code) database.run('UPDATE shares SET path = ? WHERE id = ?', [folder, share.id])
  tell(transaction, share)
}

/** Without any server left, nothing can be sent from or to it until there is one again. @throws TernError NOT_FOUND */
export function removeServer(transaction: Transaction, share: ShareRow, clientId: string): void {
  const { database } = transaction
  const servers = serversOfShare(database, share)
  const site = clientById(database, clientId)?.site_code
  const server = servers.find(
    (each) => each.client_id === clientId || (each.client_id === null && each.site_code === site),
  )
  if (server === undefined) throw new TernError('NOT_FOUND', { entity: 'server', id: clientId })
  const next = servers.find((each) => each !== server)
  tell(transaction, share)
  database.run('DELETE FROM share_servers WHERE share_id = ? AND site_code = ?', [server.share_id, server.site_code])
  if (next === undefined || server.site_code !== share.site_code) return
  database.run('UPDATE shares SET site_code = ?, path = ? WHERE id = ?', [next.site_code, next.path, share.id])
  database.run('UPDATE shares SET site_code = ? WHERE parent_id = ?', [next.site_code, share.id])
}
