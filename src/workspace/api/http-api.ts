import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { operationPath } from '../../shared/contract/stream.ts'
import { type ErrorEnvelope, TernError } from '../../shared/domain/errors.ts'
import { callerOfToken } from '../sessions/tokens.ts'
import type { ServerParts } from './context.ts'
import { httpStatusOf } from './http-status.ts'
import { admit, isOperation, maxBodyBytes, runOperation } from './operation-table.ts'
import { networkOf } from './rate-limit.ts'
import { readJsonBody } from './read-body.ts'

/** `POST /api/v3/operation/<noun>/<verb>`: JSON in, `{value}` or `{error}` out. */
export async function answerOperation(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const value = await operate(parts, request.raw)
    return send(reply, 200, { value: value ?? {} })
  } catch (thrown) {
    const error = TernError.from(thrown)
    if (error.code === 'INTERNAL') parts.logger.error({ err: thrown, url: request.url }, 'an operation failed')
    return sendError(request, reply, error)
  }
}

/** Whose token a request carries; undefined without one, NOT_SIGNED_IN for one that opens nothing. */
export function callerOfRequest(parts: Pick<ServerParts, 'store'>, request: IncomingMessage) {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(header)?.[1]
  const caller = token === undefined ? undefined : parts.store.read((database) => callerOfToken(database, token))
  if (caller === undefined) throw new TernError('NOT_SIGNED_IN')
  return caller
}

async function operate(parts: ServerParts, request: IncomingMessage): Promise<unknown> {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const name = path.startsWith(operationPath) ? path.slice(operationPath.length) : ''
  if (!isOperation(name)) throw new TernError('NOT_FOUND', { path: path.slice(0, 200) })
  if (request.method !== 'POST') throw new TernError('BAD_REQUEST', { problem: 'method' })
  const caller = callerOfRequest(parts, request)
  admit(name, caller)
  const body = await readJsonBody(request, maxBodyBytes(name))
  const remoteNetwork = networkOf(request.socket.remoteAddress ?? '')
  return runOperation(name, { ...parts, remoteNetwork }, caller, body)
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: TernError): FastifyReply {
  const retryAfter = error.params.retryAfterSeconds
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter))
  // What was not read of a body must not be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close')
  return send(reply, httpStatusOf(error.code), { error: error.toEnvelope() satisfies ErrorEnvelope })
}

function send(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body))
}
