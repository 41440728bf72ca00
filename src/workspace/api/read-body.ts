import type { IncomingMessage } from 'node:http'
import { TernError } from '../../shared/domain/errors.ts'

const maxDepth = 64

/** The request's JSON, never more than `maxBytes` of it and never nested deeper than anything here can use. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') return {}
  if (isTooDeep(text)) throw new TernError('BAD_REQUEST', { problem: 'too-deep' })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TernError('BAD_REQUEST', { problem: 'json' }, { cause: error })
  }
}

function tooLarge(maxBytes: number): TernError {
  return new TernError('LIMIT_EXCEEDED', { what: 'bytes', limit: maxBytes })
}

/** Counts brackets outside of strings. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index)
    if (isInString) {
      if (sign === 0x5c) index += 1
      else if (sign === 0x22) isInString = false
    } else if (sign === 0x22) isInString = true
    else if (sign === 0x7b || sign === 0x5b) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (sign === 0x7d || sign === 0x5d) depth -= 1
  }
  return false
}
