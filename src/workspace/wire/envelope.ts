import { createGunzip } from 'node:zlib'
import { TernError } from '../../shared/domain/errors.ts'
import { type BodyBudget, parseJson, readJson } from '../api/read-body.ts'
import type { WireRecord } from './wire-route.ts'

/** What a script sends: which operation, and what for. Everything else in it is the script's own. */
export interface Envelope {
  readonly uri: string
  readonly workspace: string | undefined
  readonly query: string | undefined
  readonly id: string | undefined
  readonly data: WireRecord | readonly unknown[] | null
  /** In place of `data`, where that is large: gzip, in base64. */
  readonly packedData: string | undefined
}

const unpackedAtOnceBytes = 256 * 1024

/** Everything behind the question mark, which is JSON and has no key. @throws TernError BAD_REQUEST */
export function readQueryEnvelope(url: string): Envelope {
  const start = url.indexOf('?')
  if (start < 0) throw malformed('envelope')
  return readEnvelope(readQueryJson(url.slice(start + 1)))
}

/** @throws TernError BAD_REQUEST */
export function readQueryJson(query: string): unknown {
  let text: string
  try {
    text = decodeURIComponent(query)
  } catch (error) {
    throw new TernError('BAD_REQUEST', { problem: 'percent' }, { cause: error })
  }
  return parseJson(text)
}

/** @throws TernError BAD_REQUEST */
export function readEnvelope(value: unknown): Envelope {
  if (!isRecord(value)) throw malformed('envelope')
  const uri = textOf(value, 'uri')
  if (uri === undefined) throw malformed('uri')
  const packedData = textOf(value, 'gz_data')
  return {
    uri: uri.toLowerCase(),
    workspace: textOf(value, 'workspace') ?? textOf(value, 'domain'),
    query: textOf(value, 'query'),
    id: textOf(value, 'id'),
    data: packedData === undefined ? asData(value.data) : null,
    packedData,
  }
}

/**
 * @param maxBytes Of the data unpacked: a few bytes can stand for gigabytes
 * @throws TernError BAD_REQUEST, LIMIT_EXCEEDED, TOO_MANY_REQUESTS when too much lies unpacked here already
 */
export async function unpackedData(
  { data, packedData }: Envelope,
  maxBytes: number,
  budget?: BodyBudget,
): Promise<Envelope['data']> {
  if (packedData === undefined) return data
  const unpacking = createGunzip({ chunkSize: unpackedAtOnceBytes })
  unpacking.end(Buffer.from(packedData, 'base64'))
  try {
    return asData(await readJson(unpacking, maxBytes, budget))
  } catch (error) {
    if (error instanceof TernError) throw error
    throw new TernError('BAD_REQUEST', { problem: 'gz_data' }, { cause: error })
  }
}

function asData(value: unknown): Envelope['data'] {
  if (value === undefined || value === null) return null
  if (Array.isArray(value) || isRecord(value)) return value
  throw malformed('data')
}

export function isRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(envelope: WireRecord, key: string): string | undefined {
  const value = envelope[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw malformed(key)
  return value
}

function malformed(problem: string): TernError {
  return new TernError('BAD_REQUEST', { problem })
}
