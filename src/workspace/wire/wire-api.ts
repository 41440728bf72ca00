import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nowMs } from '../../platform/clock.ts'
import { newSecret } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Caller } from '../access/caller.ts'
import type { OperationContext, ServerParts } from '../api/context.ts'
import { httpStatusOf } from '../api/http-status.ts'
import { rememberedAnswer } from '../api/memory.ts'
import { admit, runOperation } from '../api/operation-table.ts'
import { callLimit, networkOf } from '../api/rate-limit.ts'
import { readJsonBody } from '../api/read-body.ts'
import { callerOfApiKey, isUseNew, noteUse } from '../sessions/api-keys.ts'
import { hashToken } from '../sessions/tokens.ts'
import { workspaceOf } from '../store/places.ts'
import { readAuthorization } from './authorization.ts'
import { type Envelope, isRecord, readEnvelope, readQueryEnvelope, readQueryJson, unpackedData } from './envelope.ts'
import { wireRouteOf } from './routes.ts'
import { wireError } from './wire-error.ts'
import type { WireCall } from './wire-route.ts'
import { writtenAnswer } from './written-answer.ts'

export const eventPath = '/api/v3/event'
export const lookupPath = '/api/v3/J3PKTtDvolDMBtTy6AFGA'
const loginPath = '/api/v3/api/login'

const usualMaxBytes = 1024 * 1024
/** The largest of any route, which is not known before the envelope is read. */
const mostBytes = 64 * 1024 * 1024
const loginMaxBytes = 16 * 1024

/** The wire that scripts speak: a look-up of the workspace, a login, and one address for everything else. */
export function registerWire(app: FastifyInstance, parts: ServerParts): void {
  const answering =
    (answer: (request: FastifyRequest) => Promise<unknown>) => async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        const body = await answer(request)
        return reply.header('content-type', 'application/json; charset=utf-8').send(body)
      } catch (thrown) {
        return sendWireError(parts, request, reply, thrown)
      }
    }
  app.get(
    lookupPath,
    answering(async (request) => JSON.stringify({ result: lookUp(parts, request) })),
  )
  app.put(
    loginPath,
    answering(async (request) => JSON.stringify({ result: await logIn(parts, request) })),
  )
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: eventPath,
    handler: answering((request) => answerEvent(parts, request)),
  })
}

/** Status lines are for other programs: scripts go by what the object holds. */
export function sendWireError(
  { logger }: Pick<ServerParts, 'logger'>,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  status = httpStatusOf(TernError.from(thrown).code),
): FastifyReply {
  const error = TernError.from(thrown)
  if (error.code === 'INTERNAL') logger.error({ err: thrown, method: request.method }, 'a call of a script failed')
  const { retryAfterSeconds } = error.params
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', String(retryAfterSeconds))
  // What was not read of a body must not be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close')
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(wireError(error)))
}

function lookUp(parts: ServerParts, request: FastifyRequest): { hostname: string; port: number } {
  const url = request.raw.url ?? ''
  const asked = url.includes('?') ? readQueryJson(url.slice(url.indexOf('?') + 1)) : {}
  if (isRecord(asked) && typeof asked.ident === 'string') checkWorkspace(parts, asked.ident)
  const address = parts.advertisedAddress()
  const colon = address.lastIndexOf(':')
  return { hostname: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}

async function logIn(parts: ServerParts, request: FastifyRequest) {
  const { user } = await callerOf(parts, request)
  const body = await readJsonBody(request.raw, loginMaxBytes)
  if (!isRecord(body)) throw new TernError('BAD_REQUEST', { problem: 'envelope' })
  // It is echoed in each envelope and means nothing: the key is shown with each call, and counts.
  return { id: user.id, role: user.role, session_id: newSecret(16) }
}

async function answerEvent(parts: ServerParts, request: FastifyRequest) {
  await callerOf(parts, request)
  const envelope = await envelopeOf(request)
  if (envelope.workspace !== undefined) checkWorkspace(parts, envelope.workspace)
  const route = wireRouteOf(request.method, envelope.uri)
  if (route === undefined) throw new TernError('UNSUPPORTED', { feature: envelope.uri.slice(0, 100) })
  const data = await unpackedData(envelope, route.maxBytes ?? usualMaxBytes)
  // A body takes as long as its sender likes: what was taken away from them meanwhile is gone.
  const caller = holderOf(parts, request)
  const remoteNetwork = networkOf(request.raw.socket.remoteAddress ?? '')
  const context = { ...parts, remoteNetwork, isCallerGone: () => request.raw.socket.destroyed, caller }
  const answer = async () =>
    writtenAnswer(await route.answer(wireCall(context, { ...envelope, data }, () => holderOf(parts, request))))
  if (request.method !== 'GET' || !isSearch(envelope)) return answer()
  const { uri, query, id } = envelope
  const key = `wire ${caller.tokenHash} ${parts.progress.offers} ${JSON.stringify([uri, data, query, id])}`
  return rememberedAnswer(parts.memory.answers, key, answer)
}

/** Searches ask nobody else, so that their answer is the same for as long as the data and the figures of runs are. */
function isSearch({ uri }: Envelope): boolean {
  return uri.endsWith('/find')
}

/** `holder`: whom the key speaks for now; a long list is read for as long as its reader likes. */
function wireCall(context: OperationContext, { uri, data, query, id }: Envelope, holder: () => Caller): WireCall {
  return {
    context,
    uri,
    data,
    query,
    id,
    run: (async (name, input) => {
      const caller = holder()
      admit(name, caller)
      return runOperation(name, context, caller, input)
    }) as WireCall['run'],
  }
}

async function envelopeOf(request: FastifyRequest): Promise<Envelope> {
  if (request.method === 'GET' || request.method === 'DELETE') return readQueryEnvelope(request.raw.url ?? '')
  return readEnvelope(await readJsonBody(request.raw, mostBytes))
}

/**
 * Whom the key that is shown speaks for, as far as they may call now.
 * @throws TernError NOT_SIGNED_IN, BAD_CREDENTIALS, TOO_MANY_REQUESTS, WRONG_WORKSPACE
 */
async function callerOf(parts: ServerParts, request: FastifyRequest): Promise<Caller> {
  const known = parts.memory.callers.get(shownBy(request))
  let caller: Caller
  try {
    caller = holderOf(parts, request)
  } catch (error) {
    // A key cannot be guessed; whoever tries is slowed down all the same, and never the one who has it.
    parts.limits.failures.take(`key/${networkOf(request.raw.socket.remoteAddress ?? '')}`)
    throw error
  }
  const asked = request.headers['x-accsyn-workspace']
  if (typeof asked === 'string' && asked !== '') checkWorkspace(parts, asked)
  const id = caller.apiKey?.id
  if (id === undefined) return caller
  const limit = parts.store.read(callLimit)
  if (limit) parts.limits.calls.take(id, limit)
  if (known === undefined && parts.store.read((database) => isUseNew(database, id, nowMs()))) {
    await parts.store.write((transaction) => noteUse(transaction, id))
  }
  return caller
}

/** @throws TernError NOT_SIGNED_IN, BAD_CREDENTIALS */
function holderOf({ memory, store }: ServerParts, request: FastifyRequest): Caller {
  return memory.callers.remembered(shownBy(request), () => {
    const { email, key } = readAuthorization(request.headers.authorization)
    const caller = store.read((database) => callerOfApiKey(database, email, key, nowMs()))
    if (caller === undefined) throw new TernError('BAD_CREDENTIALS', { problem: 'api-key' })
    return caller
  })
}

function shownBy({ headers }: FastifyRequest): string {
  return hashToken(headers.authorization ?? '')
}

/** @throws TernError WRONG_WORKSPACE */
function checkWorkspace({ store }: ServerParts, asked: string): void {
  const { id, code } = store.read(workspaceOf)
  if (asked !== id && asked.toLowerCase() !== code.toLowerCase()) {
    throw new TernError('WRONG_WORKSPACE', { workspace: asked.slice(0, 100) })
  }
}
