import { silentLogger } from '../../../src/platform/logger.ts'
import { openWorkspaceServer, type WorkspaceServer } from '../../../src/workspace/index.ts'

/** A workspace server in a process of its own, so that its memory and processor time are its own, too. */
export interface ServerUsage {
  readonly residentBytes: number
  /** Processor time of the whole process so far. */
  readonly cpuMs: number
}

export type ServerRequest = { readonly kind: 'open'; readonly folder: string } | { readonly kind: 'usage' | 'close' }
export type ServerAnswer =
  | { readonly kind: 'opened'; readonly address: string; readonly startMs: number }
  | ({ readonly kind: 'usage' } & ServerUsage)
  | { readonly kind: 'closed' }

let server: WorkspaceServer | undefined

process.on('message', (request: ServerRequest) => void answer(request))
process.once('disconnect', () => process.exit(0))

async function answer(request: ServerRequest): Promise<void> {
  switch (request.kind) {
    case 'open': {
      const startedMs = performance.now()
      server = await openWorkspaceServer({
        folder: request.folder,
        listen: { host: '127.0.0.1', port: 0 },
        logger: silentLogger,
        // All 200 streams of the bench sign in from one address.
        rateLimits: { anonymous: { burst: 1000, perSecond: 100 } },
      })
      return tell({ kind: 'opened', address: server.address, startMs: performance.now() - startedMs })
    }
    case 'usage': {
      const { user, system } = process.cpuUsage()
      return tell({ kind: 'usage', residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 })
    }
    case 'close':
      await server?.[Symbol.asyncDispose]()
      return tell({ kind: 'closed' })
  }
}

function tell(message: ServerAnswer): void {
  process.send?.(message)
}
