import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../platform/errno.ts'
import { decodeEvent } from './journal-events.ts'
import { decodeRecords } from './record-codec.ts'

/** Longer than the first record of any journal. */
const headBytes = 64 * 1024

/** The resume keys of the journals in a folder. What is none, or says nothing of itself, is passed over. */
export function journalKeys(journalFolder: string): readonly string[] {
  const keys: string[] = []
  const head = Buffer.alloc(headBytes)
  for (const name of namesIn(journalFolder)) {
    const key = name.endsWith('.journal') ? keyOf(join(journalFolder, name), head) : undefined
    if (key !== undefined) keys.push(key)
  }
  return keys
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (thrown) {
    if (errnoOf(thrown) !== undefined) return []
    throw thrown
  }
}

/** Every journal begins with its key. `head`: to read that into. */
function keyOf(path: string, head: Buffer): string | undefined {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    const [first] = decodeRecords(head.subarray(0, readSync(fd, head, 0, head.length, 0))).payloads
    const event = first && decodeEvent(first)
    return event?.kind === 'opened' ? event.resumeKey : undefined
  } catch (thrown) {
    if (errnoOf(thrown) !== undefined) return undefined
    throw thrown
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
