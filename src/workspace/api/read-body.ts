import type { IncomingMessage } from 'node:http'
import { TernError } from '../../shared/domain/errors.ts'

const maxDepth = 64
/** Room for a million tasks with settings and metadata; of two letters each, they take thirty times their memory. */
const maxContainers = 4_000_000

/**
 * Bytes of bodies that may lie here at once: a large one is fine, a hundred large ones would end the process. The first
 * `freeBytes` of each do not count, so that nobody's large ones keep the small ones of others out.
 */
export class BodyBudget {
  readonly freeBytes: number
  #leftBytes: number

  constructor(limitBytes: number, freeBytes: number) {
    this.#leftBytes = limitBytes
    this.freeBytes = freeBytes
  }

  /** @throws TernError TOO_MANY_REQUESTS */
  take(sizeBytes: number): void {
    if (sizeBytes > this.#leftBytes) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 1 })
    this.#leftBytes -= sizeBytes
  }

  giveBack(sizeBytes: number): void {
    this.#leftBytes += sizeBytes
  }
}

const ofProcess = new BodyBudget(256 * 1024 * 1024, 256 * 1024)

/** The request's JSON, never more than `maxBytes` of it and never nested deeper than anything here can use. */
export async function readJsonBody(
  request: Pick<IncomingMessage, 'headers'> & AsyncIterable<Buffer>,
  maxBytes: number,
  budget: BodyBudget = ofProcess,
): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  return readJson(request, maxBytes, budget)
}

/** JSON that comes in parts, of a body or of what was packed into one: both count for what may lie here at once. */
export async function readJson(
  parts: AsyncIterable<Buffer>,
  maxBytes: number,
  budget: BodyBudget = ofProcess,
): Promise<unknown> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  let takenBytes = 0
  try {
    for await (const chunk of parts) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
      const dueBytes = Math.max(0, sizeBytes - budget.freeBytes) - takenBytes
      budget.take(dueBytes)
      takenBytes += dueBytes
      chunks.push(chunk)
    }
    return parseJson(Buffer.concat(chunks).toString('utf8'))
  } finally {
    budget.giveBack(takenBytes)
  }
}

/**
 * JSON of bounded depth, without the one key that could reach into what every object has; nothing is an empty object.
 * @throws TernError BAD_REQUEST, LIMIT_EXCEEDED
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return {}
  checkNesting(text)
  const value = parsed(text)
  if (/__proto__|\\u00[5-7]/i.test(text)) refusePrototypes(value)
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TernError('BAD_REQUEST', { problem: 'json' }, { cause: error })
  }
}

function refusePrototypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) throw new TernError('BAD_REQUEST', { problem: 'key' })
  for (const each of Object.values(value)) refusePrototypes(each)
}

function tooLarge(maxBytes: number): TernError {
  return new TernError('LIMIT_EXCEEDED', { what: 'bytes', limit: maxBytes })
}

/** Counts brackets outside of strings. */
function checkNesting(text: string): void {
  let depth = 0
  let count = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index)
    if (isInString) {
      if (sign === 0x5c) index += 1
      else if (sign === 0x22) isInString = false
    } else if (sign === 0x22) isInString = true
    else if (sign === 0x7b || sign === 0x5b) {
      depth += 1
      count += 1
      if (depth > maxDepth) throw new TernError('BAD_REQUEST', { problem: 'too-deep' })
      if (count > maxContainers)
        throw new TernError('LIMIT_EXCEEDED', { what: 'lists and objects', limit: maxContainers })
    } else if (sign === 0x7d || sign === 0x5d) depth -= 1
  }
}
