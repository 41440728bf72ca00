import { aclRoutes } from './entities/acl-wire.ts'
import { clientRoutes } from './entities/client-wire.ts'
import { collectionRoutes } from './entities/collection-wire.ts'
import { deliveryRoutes } from './entities/delivery-wire.ts'
import { fileRoutes } from './entities/file-wire.ts'
import { logRoutes } from './entities/log-wire.ts'
import { overviewRoutes } from './entities/overview-wire.ts'
import { queueRoutes } from './entities/queue-wire.ts'
import { recipientRoutes } from './entities/recipients-wire.ts'
import { settingRoutes } from './entities/setting-wire.ts'
import { shareRoutes } from './entities/share-wire.ts'
import { siteRoutes } from './entities/site-wire.ts'
import { taskRoutes } from './entities/task-wire.ts'
import { transferRoutes } from './entities/transfer-wire.ts'
import { userRoutes } from './entities/user-wire.ts'
import { workspaceRoutes } from './entities/workspace-wire.ts'
import type { WireRoute } from './wire-route.ts'

/** Everything that scripts can ask for, by verb and name. */
export const wireRoutes: readonly WireRoute[] = [
  ...collectionRoutes,
  ...fileRoutes,
  ...deliveryRoutes,
  ...recipientRoutes,
  ...logRoutes,
  ...overviewRoutes,
  ...taskRoutes,
  ...transferRoutes,
  ...userRoutes,
  ...shareRoutes,
  ...aclRoutes,
  ...siteRoutes,
  ...queueRoutes,
  ...clientRoutes,
  ...workspaceRoutes,
  ...settingRoutes,
]

const byVerbAndUri: ReadonlyMap<string, WireRoute> = new Map(
  wireRoutes.map((route) => [`${route.verb} ${route.uri}`, route]),
)

export function wireRouteOf(verb: string, uri: string): WireRoute | undefined {
  return byVerbAndUri.get(`${verb} ${uri}`)
}
