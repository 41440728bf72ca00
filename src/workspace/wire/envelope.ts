import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { TernError } from '../../shared/domain/errors.ts'
import { parseJson } from '../api/read-body.ts'
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

const inflate = promisify(gunzip)

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

/** @param maxBytes Of the data unpacked: a few bytes can stand for gigabytes. @throws TernError BAD_REQUEST, LIMIT_EXCEEDED */
export async function unpackedData({ data, packedData }: Envelope, maxBytes: number): Promise<Envelope['data']> {
  if (packedData === undefined) return data
  let plain: Buffer
  try {
    plain = await inflate(Buffer.from(packedData, 'base64'), { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new TernError('LIMIT_EXCEEDED', { what: 'bytes', limit: maxBytes })
    }
    throw new TernError('BAD_REQUEST', { problem: 'gz_data' }, { cause: error })
  }
  return asData(parseJson(plain.toString('utf8')))
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
