import { z } from 'zod'

/** Where something lands: a root as given by the job, and a `/`-separated path below it. */
export interface TargetPlace {
  readonly root: string
  readonly path: string
}

/** A large file on its way: its partial lies beside its target. */
export interface PartialStart {
  readonly itemId: string
  readonly target: TargetPlace
  readonly partialName: string
  /** How far it was compared with its source: where a later run begins, and no word on what it holds. */
  readonly comparedBytes?: number
}

/** Raised with each change that an older program would misread. */
export const journalVersion = 2

/** One record of the journal; everything that survives a crash is the fold of these. */
export type JournalEvent =
  | { readonly kind: 'opened'; readonly version: number; readonly resumeKey: string }
  | { readonly kind: 'placement'; readonly itemId: string; readonly target: TargetPlace }
  /** The topmost of the folders that are about to be made, where what is there before is left as it is. */
  | { readonly kind: 'made-folder'; readonly itemId: string; readonly target: TargetPlace }
  | ({ readonly kind: 'partial'; readonly id: number } & PartialStart)
  | { readonly kind: 'partial-compared'; readonly id: number; readonly bytes: number }
  /** The partial is in place or removed. */
  | { readonly kind: 'partial-gone'; readonly id: number }
  | { readonly kind: 'staging'; readonly root: string; readonly name: string }
  | { readonly kind: 'staging-gone'; readonly root: string; readonly name: string }
  /** What version 1 said of a partial's blocks. */
  | { readonly kind: 'checked' }

const count = z.number().int().nonnegative()
const target = z.object({ root: z.string(), path: z.string() })

const jsonEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), version: count, resumeKey: z.string() }),
  z.object({ kind: z.literal('placement'), itemId: z.string(), target }),
  z.object({ kind: z.literal('made-folder'), itemId: z.string(), target }),
  z.object({ kind: z.literal('partial'), id: count, itemId: z.string(), target, partialName: z.string() }),
  z.object({ kind: z.literal('partial-compared'), id: count, bytes: count }),
  z.object({ kind: z.literal('partial-gone'), id: count }),
  z.object({ kind: z.literal('staging'), root: z.string(), name: z.string() }),
  z.object({ kind: z.literal('staging-gone'), root: z.string(), name: z.string() }),
  z.object({ kind: z.literal('checked') }),
])

const jsonTag = 1
const blocksTagOfVersion1 = 2

export function encodeEvent(event: JournalEvent): Buffer {
  return Buffer.concat([Buffer.of(jsonTag), Buffer.from(JSON.stringify(event))])
}

const versionedEvent = z.object({ kind: z.literal('opened'), version: z.number() })

/** Whether a record says that a later version of this program wrote the journal. */
export function isTooNew(bytes: Buffer): boolean {
  if (bytes[0] !== jsonTag) return false
  const opened = versionedEvent.safeParse(parseJson(bytes))
  return opened.success && opened.data.version > journalVersion
}

/** Undefined for anything that this version does not know or that has not its form. */
export function decodeEvent(bytes: Buffer): JournalEvent | undefined {
  if (bytes[0] === blocksTagOfVersion1) return { kind: 'checked' }
  return bytes[0] === jsonTag ? jsonEvent.safeParse(parseJson(bytes)).data : undefined
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', 1))
  } catch {
    return undefined
  }
}
