import Fastify from 'fastify'
import { loadOrCreateIdentity } from '../../../src/platform/certificate.ts'
import type { ServerAnswer, ServerRequest } from './server-process.ts'

/** What any server on this library costs: it answers the same text to everything, over the same TLS. */
process.on('message', (request: ServerRequest | { readonly kind: 'answer'; readonly sizeBytes: number }) => {
  void answer(request)
})
process.once('disconnect', () => process.exit(0))

let text = '{}'

async function answer(request: ServerRequest | { readonly kind: 'answer'; readonly sizeBytes: number }): Promise<void> {
  switch (request.kind) {
    case 'answer':
      text = JSON.stringify({ value: 'x'.repeat(Math.max(0, request.sizeBytes - '{"value":""}'.length)) })
      return
    case 'open': {
      const identity = await loadOrCreateIdentity({ file: `${request.folder}/constant.pem`, commonName: 'constant' })
      const server = Fastify({
        https: { key: identity.privateKeyPem, cert: identity.certificatePem, minVersion: 'TLSv1.3' },
      })
      server.all('/*', (_, reply) => reply.type('application/json; charset=utf-8').send(text))
      const address = await server.listen({ host: '127.0.0.1', port: 0 })
      return tell({ kind: 'opened', address: new URL(address).host, startMs: 0 })
    }
    case 'usage': {
      const { user, system } = process.cpuUsage()
      return tell({ kind: 'usage', residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 })
    }
    case 'close':
      return process.exit(0)
  }
}

function tell(message: ServerAnswer): void {
  process.send?.(message)
}
