import { fileRoutes } from './entities/file-wire.ts'
import { transferRoutes } from './entities/transfer-wire.ts'
import type { WireRoute } from './wire-route.ts'

/** Everything that scripts can ask for, by verb and name. */
const wireRoutes: readonly WireRoute[] = [...fileRoutes, ...transferRoutes]

const byVerbAndUri: ReadonlyMap<string, WireRoute> = new Map(
  wireRoutes.map((route) => [`${route.verb} ${route.uri}`, route]),
)

export function wireRouteOf(verb: string, uri: string): WireRoute | undefined {
  return byVerbAndUri.get(`${verb} ${uri}`)
}
