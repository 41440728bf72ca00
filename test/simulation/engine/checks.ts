import { decodeEvent } from '../../../src/engine/journal/journal-events.ts'
import { JournalState } from '../../../src/engine/journal/journal-state.ts'
import { decodeRecords } from '../../../src/engine/journal/record-codec.ts'
import { type DiskNode, FileNode, FolderNode } from './disk/nodes.ts'
import { filesBelow, nodeAt, type TrackedFile, type Version } from './tree.ts'
import type { World } from './world.ts'

const ownName = /(?:^|\/)\.tern-[^/]*(?:\/|$)/

export class Broken extends Error {}

function isVersion(node: FileNode, version: Version): boolean {
  return node.content.equals(version.content)
}

function describe(node: FileNode | undefined, file: TrackedFile): string {
  if (!node) return 'nothing'
  const { content } = node
  const near = [...file.versions, ...(file.old ? [file.old] : [])].map(({ content: other }) => {
    let at = 0
    while (at < content.length && content[at] === other[at]) at += 1
    return `${other.length} bytes, same up to ${at}`
  })
  return `${content.length} bytes; versions: ${near.join('; ')}`
}

/** (1), (2), (4), (5): each target is its old version or one whole version of the source, and nothing else was touched. */
export function checkTargets(world: World, root: string, files: readonly TrackedFile[], when: string): void {
  for (const file of files) {
    const node = nodeAt(world.disk, `${root}/${file.path}`)
    if (node !== undefined && !(node instanceof FileNode)) throw new Broken(`${when}: ${file.path} is no file any more`)
    const isFine = node
      ? [...file.versions, ...(file.old ? [file.old] : [])].some((version) => isVersion(node, version))
      : file.old === undefined
    if (!isFine) throw new Broken(`${when}: ${file.path} is neither old nor new: ${describe(node, file)}`)
  }
  const known = new Set(files.map(({ path }) => path))
  for (const [path, node] of filesBelow(world.disk, root)) {
    if (node instanceof FolderNode || ownName.test(path) || known.has(path)) continue
    throw new Broken(`${when}: ${path} was made by nobody`)
  }
}

/** What was reported as done is there, as it was or newer. */
export function checkReported(
  world: World,
  root: string,
  reported: ReadonlyMap<TrackedFile, number>,
  when: string,
): void {
  for (const [file, from] of reported) {
    const node = nodeAt(world.disk, `${root}/${file.path}`)
    const held = file.versions.findIndex(
      (version, index) =>
        index >= from && node instanceof FileNode && isVersion(node, version) && hasTime(node, version),
    )
    if (held < 0)
      throw new Broken(
        `${when}: ${file.path} was done and is not: ${describe(node instanceof FileNode ? node : undefined, file)}`,
      )
  }
}

/** Content, name and time as they would be after lost power without any luck; the version that this is. */
export function durableVersion(world: World, root: string, file: TrackedFile): number {
  const node = world.disk.stableFile(`${root}/${file.path}`)
  if (!node) return -1
  return file.versions.findIndex(
    (version) => node.stableContent.equals(version.content) && msOf(node.stableFacts.mtimeNs) === version.mtimeMs,
  )
}

/** How far lost power would leave a path, for whoever has to find out why. */
export function whatIsDurable(world: World, path: string): string {
  let node: DiskNode | undefined = world.disk.root
  for (const name of path.split('/').filter(Boolean)) {
    const next: DiskNode | undefined = node instanceof FolderNode ? node.stableEntries.get(name) : undefined
    if (!next) return `the name ${name} is not`
    node = next
  }
  if (!(node instanceof FileNode)) return 'no file'
  const isSame = node.content.equals(node.stableContent)
  return `its name is, its content is${isSame ? '' : ' not'}, its time ${node.facts.mtimeNs} is ${node.stableFacts.mtimeNs}`
}

function hasTime(node: FileNode, version: Version): boolean {
  return msOf(node.facts.mtimeNs) === version.mtimeMs
}

function msOf(ns: bigint): number {
  return Number(ns / 1_000_000n)
}

/** The fold of each journal on the receiver's disk. */
export function journalsOf(world: World): JournalState[] {
  const states: JournalState[] = []
  for (const [path, node] of filesBelow(world.disk, '/receiver/state')) {
    if (!(node instanceof FileNode) || !path.endsWith('.journal')) continue
    const state = new JournalState()
    for (const payload of decodeRecords(Buffer.from(node.content)).payloads) {
      const event = decodeEvent(payload)
      if (event) state.apply(event)
    }
    states.push(state)
  }
  return states
}

/** What the partials that the journal knows hold of their sources, however it came there. */
export function heldBytes(world: World, root: string, files: readonly TrackedFile[]): number {
  let bytes = 0
  for (const state of journalsOf(world)) {
    for (const { target, partialName } of state.partials()) {
      const at = `${target.root}/${target.path}`
      const file = files.find(({ path }) => `${root}/${path}` === at)
      const node = nodeAt(world.disk, `${at.slice(0, at.lastIndexOf('/'))}/${partialName}`)
      if (!file || !(node instanceof FileNode)) continue
      bytes += sameBytes(file.versions, node.content)
    }
  }
  return bytes
}

/**
 * In whole sectors; what lies behind the end of a partial reads as zeros. A source that changes under way may have told of
 * some in one version and of some in the next, until it is found out.
 */
function sameBytes(versions: readonly Version[], held: Buffer): number {
  let bytes = 0
  for (let at = 0; at < Math.max(...versions.map(({ content }) => content.length)); at += 512) {
    const there = held.subarray(at, at + 512)
    const same = versions.map(({ content }) => {
      const wanted = content.subarray(at, at + 512)
      const isZero = there.length < wanted.length && wanted.every((byte) => byte === 0)
      return isZero || wanted.equals(there.subarray(0, wanted.length)) ? wanted.length : 0
    })
    bytes += Math.max(...same)
  }
  return bytes
}

/** Files and folders of our own that are left below the target. */
export function leftovers(world: World, root: string): { path: string; sizeBytes: number }[] {
  return [...filesBelow(world.disk, root)]
    .filter(([path]) => ownName.test(path))
    .map(([path, node]) => ({ path, sizeBytes: node instanceof FileNode ? node.sizeBytes : 4096 }))
}

/** Bytes of small files that are written and not in place: of each staging folder, since an earlier run's may lie there as well. */
export function stagedBytes(world: World, root: string): number {
  const bytes = new Map<string, number>()
  for (const { path, sizeBytes } of leftovers(world, root)) {
    const staging = /^\.tern-staging-[^/]*(?=\/.*[^/]$)/.exec(path)?.[0]
    if (staging) bytes.set(staging, (bytes.get(staging) ?? 0) + sizeBytes)
  }
  return Math.max(0, ...bytes.values())
}

/** (3): what counts as verified is verified: in place, or claimed by the journal. */
export function inPlace(world: World, root: string, files: readonly TrackedFile[]): { files: number; bytes: number } {
  let [count, bytes] = [0, 0]
  for (const file of files) {
    const node = nodeAt(world.disk, `${root}/${file.path}`)
    if (!(node instanceof FileNode) || !file.versions.some((version) => isVersion(node, version))) continue
    count += 1
    bytes += node.sizeBytes
  }
  return { files: count, bytes }
}
