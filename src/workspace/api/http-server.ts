import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { HostIdentityPem } from '../../platform/certificate.ts'
import type { Logger } from '../../platform/logger.ts'
import { operationPath } from '../../shared/contract/stream.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { tlsOptions } from '../listen.ts'
import { eventPath, lookupPath, registerWire, sendWireError } from '../wire/wire-api.ts'
import { wireError } from '../wire/wire-error.ts'
import { boundConnections, boundUnfinishedHeaders } from './connection-bounds.ts'
import type { ServerParts } from './context.ts'
import { answerOperation, sendError } from './http-api.ts'

/** Scripts put a whole call into its address, and some calls name thousands of paths. */
const mostHeaderBytes = 2 * 1024 * 1024
const usualHeaderBytes = 16 * 1024
const usualConnections = 512
/** All that is kept of headers that have not ended yet. */
const usualUnfinishedBytes = 128 * 1024 * 1024
const withLongAddress: ReadonlySet<string> = new Set([eventPath, lookupPath])

export interface HttpServer {
  readonly app: FastifyInstance
  readonly server: Server
}

/** HTTPS with every limit that holds before anything is read; it answers nothing yet, and listens to nobody. */
export function createHttpServer(
  identity: HostIdentityPem,
  logger: Logger,
  connectionsOfNetwork = usualConnections,
  unfinishedHeaderBytes = usualUnfinishedBytes,
): HttpServer {
  let made: Server | undefined
  const app = Fastify({
    logger: false,
    // The address is the envelope: nobody needs it taken apart.
    routerOptions: { querystringParser: () => ({}) },
    frameworkErrors: (error, request, reply) => {
      void refuse({ logger }, request, reply, asTernError(error))
    },
    clientErrorHandler: refuseBroken,
    serverFactory: (handler) => {
      made = createServer(
        {
          key: identity.privateKeyPem,
          cert: identity.certificatePem,
          ...tlsOptions,
          maxHeaderSize: mostHeaderBytes,
          headersTimeout: 10_000,
          connectionsCheckingInterval: 2_000,
          requestTimeout: 120_000,
          handshakeTimeout: 10_000,
          keepAliveTimeout: 30_000,
          requireHostHeader: false,
        },
        handler,
      )
      return made
    },
  })
  if (made === undefined) throw new TernError('INTERNAL')
  boundConnections(made, connectionsOfNetwork)
  boundUnfinishedHeaders(made, unfinishedHeaderBytes, usualHeaderBytes)
  return { app, server: made }
}

/** Everything that is answered over HTTP. */
export async function registerRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  // Whatever a body is said to be, it is JSON; each route reads it itself, as far as it may go.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.addHook('onRequest', (request, reply, done) => {
    delete request.raw.headers['content-type']
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    const limit = withLongAddress.has(pathOf(request)) ? mostHeaderBytes : usualHeaderBytes
    if (headerBytes(request.raw) > limit) {
      void refuse(parts, request, reply.header('connection', 'close'), tooLong(limit), 431)
      return
    }
    done()
  })
  app.setErrorHandler((error, request, reply) => refuse(parts, request, reply, asTernError(error)))
  app.setNotFoundHandler((request, reply) => {
    return refuse(parts, request, reply, new TernError('NOT_FOUND', { path: pathOf(request).slice(0, 200) }))
  })
  app.all(`${operationPath}*`, (request, reply) => answerOperation(parts, request, reply))
  registerWire(app, parts)
  await app.ready()
}

/** In the shape of whichever of the two interfaces was meant. */
function refuse(
  parts: Pick<ServerParts, 'logger'>,
  request: FastifyRequest,
  reply: FastifyReply,
  error: TernError,
  status?: number,
): FastifyReply {
  const isOperation = pathOf(request).startsWith(operationPath)
  return isOperation ? sendError(request, reply, error, status) : sendWireError(parts, request, reply, error, status)
}

function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?', 1)[0] ?? ''
}

function headerBytes({ url = '', rawHeaders }: { url?: string | undefined; rawHeaders: readonly string[] }): number {
  return rawHeaders.reduce((sum, each) => sum + each.length + 2, url.length)
}

function tooLong(limit: number): TernError {
  return new TernError('LIMIT_EXCEEDED', { what: 'bytes of headers', limit })
}

/** What the library itself refuses, in the words of everything else. */
function asTernError(error: unknown): TernError {
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (error instanceof TernError || statusCode === undefined || statusCode >= 500) return TernError.from(error)
  return new TernError('BAD_REQUEST', { problem: code === 'FST_ERR_BAD_URL' ? 'percent' : 'http' }, { cause: error })
}

/** What is no HTTP, or too slow or too long to become any, is told so before it is cut off. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, told] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', tooLong(mostHeaderBytes)]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', new TernError('BAD_REQUEST', { problem: 'slow' })]
        : ['400 Bad Request', new TernError('BAD_REQUEST', { problem: 'http' })]
  const body = JSON.stringify(wireError(told as TernError))
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
