import { isAbort, TernError } from '../../../shared/domain/errors.ts'
import type { BlocksCompared, FileEnd, FileFailed, FileRelist } from '../../protocol/messages.ts'
import type { OutgoingList, WantedFile } from '../../protocol/outgoing-list.ts'
import type { Digester } from '../digester.ts'
import { type Source, type Sources, sourceAsNow } from './source.ts'

export interface OutgoingParts {
  readonly list: OutgoingList<Source>
  readonly sources: Sources
  readonly digester: Digester
  /** Sends on the control lane. */
  readonly tell: (message: FileEnd | FileFailed | FileRelist | BlocksCompared) => void
}

/** Runs one step of one file; what goes wrong with its source is its own matter. True: it went well. */
export function guardSource(file: WantedFile<Source>, parts: OutgoingParts, step: () => void): boolean {
  if (!parts.list.isWanted(file.entry, file.attempt)) return false
  try {
    step()
    return true
  } catch (thrown) {
    failSource(file, thrown, parts)
    return false
  }
}

/** A changed source is listed anew, once; anything else ends this file. An abort is no file's matter: it is thrown on. */
export function failSource(file: WantedFile<Source>, thrown: unknown, parts: OutgoingParts): void {
  if (isAbort(thrown)) throw thrown
  const error = TernError.from(thrown)
  const { entry, attempt } = file
  const again = error.code === 'SOURCE_CHANGED' ? lookAgain(file, parts) : undefined
  parts.tell(again ?? { type: 'fileFailed', entry, attempt, error: error.toEnvelope() })
}

function lookAgain(file: WantedFile<Source>, { list, sources }: OutgoingParts): FileRelist | undefined {
  try {
    using reader = sources.openNow(file.source)
    const { identity } = reader
    const { sizeBytes, mtimeMs } = identity
    const source = sourceAsNow(file.source, identity)
    const { mode } = source
    const again = list.relist(file.entry, source, sizeBytes)
    if (!again) return undefined
    return { type: 'fileRelist', entry: file.entry, attempt: again.attempt, sizeBytes, mtimeMs, mode }
  } catch {
    // Gone or unreadable by now: that it changed is what is known for sure.
    return undefined
  }
}
