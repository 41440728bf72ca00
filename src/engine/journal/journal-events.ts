import { z } from 'zod'

/** Where something lands: a root as given by the job, and a `/`-separated path below it. */
export interface TargetPlace {
  readonly root: string
  readonly path: string
}

/** Which version of a source a partial is of. */
export interface RecordedSource {
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly inode: bigint
  readonly device: bigint
}

export interface PartialStart {
  readonly itemId: string
  readonly target: TargetPlace
  readonly partialName: string
  readonly source: RecordedSource
  readonly blockSizeBytes: number
  readonly digestBytes: number
}

/** One line of the journal; everything that survives a crash is the fold of these. */
export type JournalEvent =
  | { readonly kind: 'opened'; readonly version: 1; readonly resumeKey: string; readonly bootId: string }
  | { readonly kind: 'placement'; readonly itemId: string; readonly target: TargetPlace }
  | ({ readonly kind: 'partial'; readonly id: number } & PartialStart)
  | { readonly kind: 'blocks'; readonly id: number; readonly fromBlock: number; readonly digests: Uint8Array }
  /** What the partial holds was read and checked again, so many blocks of it are good. */
  | { readonly kind: 'checked'; readonly id: number; readonly blocks: number }
  /** The partial is in place or removed. */
  | { readonly kind: 'partial-gone'; readonly id: number }
  | { readonly kind: 'staging'; readonly root: string; readonly name: string }
  | { readonly kind: 'staging-gone'; readonly root: string; readonly name: string }

const count = z.number().int().nonnegative()
const target = z.object({ root: z.string(), path: z.string() })
const bigint = z
  .string()
  .regex(/^-?\d{1,30}$/)
  .transform((text) => BigInt(text))
const source = z.object({ sizeBytes: count, mtimeNs: bigint, inode: bigint, device: bigint })

const jsonEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), version: z.literal(1), resumeKey: z.string(), bootId: z.string() }),
  z.object({ kind: z.literal('placement'), itemId: z.string(), target }),
  z.object({
    kind: z.literal('partial'),
    id: count,
    itemId: z.string(),
    target,
    partialName: z.string(),
    source,
    blockSizeBytes: count.positive(),
    digestBytes: count.positive().max(64),
  }),
  z.object({ kind: z.literal('checked'), id: count, blocks: count }),
  z.object({ kind: z.literal('partial-gone'), id: count }),
  z.object({ kind: z.literal('staging'), root: z.string(), name: z.string() }),
  z.object({ kind: z.literal('staging-gone'), root: z.string(), name: z.string() }),
])

const jsonTag = 1
const blocksTag = 2
const blocksHeaderBytes = 13

/** Digests travel as they are; everything else is rare enough for JSON. */
export function encodeEvent(event: JournalEvent): Buffer {
  if (event.kind !== 'blocks') {
    const text = JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
    return Buffer.concat([Buffer.of(jsonTag), Buffer.from(text)])
  }
  const bytes = Buffer.alloc(blocksHeaderBytes + event.digests.byteLength)
  bytes.writeUInt8(blocksTag, 0)
  bytes.writeUInt32LE(event.id, 1)
  bytes.writeDoubleLE(event.fromBlock, 5)
  bytes.set(event.digests, blocksHeaderBytes)
  return bytes
}

const versionedEvent = z.object({ kind: z.literal('opened'), version: z.number() })

/** Whether a record says that a later version of this program wrote the journal. */
export function isTooNew(bytes: Buffer): boolean {
  if (bytes[0] !== jsonTag) return false
  const opened = versionedEvent.safeParse(parseJson(bytes))
  return opened.success && opened.data.version > 1
}

/** Undefined for anything that this version does not know or that has not its form. */
export function decodeEvent(bytes: Buffer): JournalEvent | undefined {
  if (bytes[0] === blocksTag && bytes.length >= blocksHeaderBytes) {
    const fromBlock = bytes.readDoubleLE(5)
    if (!Number.isSafeInteger(fromBlock) || fromBlock < 0) return undefined
    return { kind: 'blocks', id: bytes.readUInt32LE(1), fromBlock, digests: bytes.subarray(blocksHeaderBytes) }
  }
  return bytes[0] === jsonTag ? jsonEvent.safeParse(parseJson(bytes)).data : undefined
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', 1))
  } catch {
    return undefined
  }
}
