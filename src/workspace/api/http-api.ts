import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { operationPath } from '../../shared/contract/stream.ts'
import { type ErrorEnvelope, TernError } from '../../shared/domain/errors.ts'
import { callerOfToken, hashToken } from '../sessions/tokens.ts'
import type { ServerParts } from './context.ts'
import { httpStatusOf } from './http-status.ts'
import { rememberedAnswer } from './memory.ts'
import { admit, answersFromDataAlone, isOperation, maxBodyBytes, runOperation } from './operation-table.ts'
import { networkOf } from './rate-limit.ts'
import { readJsonBody } from './read-body.ts'

/** `POST /api/v3/operation/<noun>/<verb>`: JSON in, `{value}` or `{error}` out. */
export async function answerOperation(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    return send(reply, 200, await operate(parts, request.raw))
  } catch (thrown) {
    const error = TernError.from(thrown)
    if (error.code === 'INTERNAL') parts.logger.error({ err: thrown, url: request.url }, 'an operation failed')
    return sendError(request, reply, error)
  }
}

/** Whose token a request carries; undefined without one, NOT_SIGNED_IN for one that opens nothing. */
export function callerOfRequest({ store, memory }: Pick<ServerParts, 'store' | 'memory'>, request: IncomingMessage) {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(header)?.[1]
  if (token === undefined) throw new TernError('NOT_SIGNED_IN')
  return memory.callers.remembered(hashToken(token), () => {
    const caller = store.read((database) => callerOfToken(database, token))
    if (caller === undefined) throw new TernError('NOT_SIGNED_IN')
    return caller
  })
}

/** The whole answer, as text. */
async function operate(parts: ServerParts, request: IncomingMessage): Promise<string> {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const name = path.startsWith(operationPath) ? path.slice(operationPath.length) : ''
  if (!isOperation(name)) throw new TernError('NOT_FOUND', { path: path.slice(0, 200) })
  if (request.method !== 'POST') throw new TernError('BAD_REQUEST', { problem: 'method' })
  admit(name, callerOfRequest(parts, request))
  const body = await readJsonBody(request, maxBodyBytes(name))
  // A body takes as long as its sender likes: what was taken away from them meanwhile is gone.
  const caller = callerOfRequest(parts, request)
  admit(name, caller)
  const remoteNetwork = networkOf(request.socket.remoteAddress ?? '')
  const context = { ...parts, remoteNetwork, isCallerGone: () => request.socket.destroyed }
  const run = async () => JSON.stringify({ value: (await runOperation(name, context, caller, body)) ?? {} })
  if (caller === undefined || !answersFromDataAlone(name)) return run()
  return rememberedAnswer(parts.memory.answers, `${caller.tokenHash} ${name} ${JSON.stringify(body)}`, run)
}

/** @param status - Where that of the code does not say enough. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: TernError,
  status = httpStatusOf(error.code),
): FastifyReply {
  const retryAfter = error.params.retryAfterSeconds
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter))
  // What was not read of a body must not be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close')
  return send(reply, status, JSON.stringify({ error: error.toEnvelope() satisfies ErrorEnvelope }))
}

function send(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text)
}
