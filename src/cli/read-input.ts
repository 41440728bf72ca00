import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { errnoOf } from '../platform/errno.ts'
import { TernError } from '../shared/domain/errors.ts'
import { say } from '../shared/words/index.ts'

/** Far above any job that a person or a script writes, and far below what would fill a machine's memory. */
const longestInputBytes = 256 * 1024 * 1024

const readBytes = 1024 * 1024

const problemOf: Readonly<Record<string, string>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EISDIR: 'folder',
  EACCES: 'unreadable',
  EPERM: 'unreadable',
  ENAMETOOLONG: 'missing',
  ELOOP: 'missing',
}

/**
 * The text of a file, or of `stdin` for `-`: UTF-8, or UTF-16 with a byte order mark, as some editors of Windows write it.
 * @throws TernError INPUT_UNREADABLE `{path, problem}`: missing, folder, unreadable, too-large (with `limitBytes`),
 * encoding, empty, system
 */
export async function readInput(file: string, stdin: Readable): Promise<string> {
  const path = file === '-' ? say('cli.input.stdin') : file
  const refuse = (problem: string, cause?: unknown): TernError =>
    new TernError(
      'INPUT_UNREADABLE',
      { path, problem, ...(problem === 'too-large' && { limitBytes: longestInputBytes }) },
      { cause },
    )
  const bytes = await (file === '-' ? readAll(stdin) : readFileWithin(file)).catch((thrown: unknown) => {
    throw refuse(problemOf[errnoOf(thrown) ?? ''] ?? 'system', thrown)
  })
  if (bytes === undefined) throw refuse('too-large')
  const text = decode(bytes)
  if (text === undefined) throw refuse('encoding')
  if (text.trim() === '') throw refuse('empty')
  return text
}

async function readFileWithin(file: string): Promise<Buffer | undefined> {
  const stats = await stat(file)
  if (stats.size > longestInputBytes) return undefined
  // What is no plain file does not know its size beforehand; a plain one is read into one buffer.
  return stats.isFile() ? readFile(file) : readAll(createReadStream(file, { highWaterMark: readBytes }))
}

/** Undefined when there is more than Tern reads, which a pipe does not say beforehand. */
async function readAll(stream: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > longestInputBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}

/** Undefined when it is no text. */
function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return bytes.length % 2 === 0 ? decodeUtf16(bytes.swap16()) : undefined
  if (!isUtf8(bytes)) return undefined
  // Unlike a TextDecoder this keeps a text of ASCII at a byte a character.
  const text = bytes.toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function decodeUtf16(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-16le', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
