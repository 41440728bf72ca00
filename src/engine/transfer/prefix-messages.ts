import { digestBytes, maxPrefixDigests } from '../protocol/limits.ts'
import type { PrefixDigests } from '../protocol/messages.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** What a partial holds, as digests of its blocks, in messages of bounded length. */
export function prefixesOf(wanted: WantedEntry): PrefixDigests[] {
  const { incoming } = wanted.large ?? {}
  if (!incoming) return []
  const held = incoming.digests.subarray(0, incoming.contiguousBlocks * digestBytes)
  const step = maxPrefixDigests * digestBytes
  const messages: PrefixDigests[] = []
  for (let at = 0; at < held.length; at += step) {
    const digests = Uint8Array.from(held.subarray(at, at + step))
    messages.push({ type: 'prefixDigests', entry: wanted.entry, firstBlock: at / digestBytes, digests })
  }
  return messages
}
