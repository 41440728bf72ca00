import type { Random } from '../../../fuzz/random.ts'
import { type Device, type DiskNode, FileNode, FolderNode, LinkNode, systemError } from './nodes.ts'

/** A change of names: seen at once, durable once one of its folders is synced. */
interface NameChange {
  readonly at: number
  readonly device: Device
  readonly node: DiskNode
  readonly places: readonly { readonly folder: FolderNode; readonly name: string }[]
  apply(entriesOf: (folder: FolderNode) => Map<string, DiskNode>): void
}

/**
 * Files and folders in memory, with what lost power may do to them: data and names are volatile until their file or their
 * folder, or the whole device, is synced. Of what is not, any part may stay: writes by sectors, names each for itself as
 * far as they do not follow from each other.
 */
export class Disk {
  /** Counts every change, so that a sync makes durable what was there when it began. */
  changes = 0
  readonly root: FolderNode
  readonly #devices: { readonly device: Device; readonly top: FolderNode }[] = []
  #pending: NameChange[] = []
  #inodes = 1

  constructor() {
    this.root = new FolderNode(1, { name: 'root', number: 1, machine: 'sender', isFull: false }, 0o755, 0n)
  }

  /** A device of its own at an absolute path, whose parents are made; both are there for good. */
  mount(path: string, machine: Device['machine']): Device {
    const device: Device = { name: path, number: this.#devices.length + 2, machine, isFull: false }
    const names = path.split('/').filter(Boolean)
    let folder = this.root
    for (const [index, name] of names.entries()) {
      const isTop = index === names.length - 1
      const known = folder.entries.get(name)
      const next = known instanceof FolderNode && !isTop ? known : this.#newFolder(isTop ? device : folder.device, 0n)
      this.#link(folder, name, next)
      folder.stableEntries.set(name, next)
      folder = next
    }
    this.#devices.push({ device, top: folder })
    return device
  }

  makeFile(folder: FolderNode, name: string, mode: number, nowNs: bigint): FileNode {
    this.#inodes += 1
    const file = new FileNode(this.#inodes, folder.device, mode, nowNs)
    this.#add(folder, name, file, nowNs)
    return file
  }

  makeFolder(folder: FolderNode, name: string, mode: number, nowNs: bigint): FolderNode {
    const made = this.#newFolder(folder.device, nowNs, mode)
    this.#add(folder, name, made, nowNs)
    return made
  }

  makeLink(folder: FolderNode, name: string, target: string, nowNs: bigint): void {
    this.#inodes += 1
    this.#add(folder, name, new LinkNode(this.#inodes, folder.device, target, nowNs), nowNs)
  }

  /** A second name. */
  add(folder: FolderNode, name: string, node: DiskNode, nowNs: bigint): void {
    this.#add(folder, name, node, nowNs)
  }

  remove(folder: FolderNode, name: string, node: DiskNode, nowNs: bigint): void {
    this.#unlink(folder, name, node)
    this.#changed(node, [{ folder, name }], nowNs, (entriesOf) => {
      if (entriesOf(folder).get(name) === node) entriesOf(folder).delete(name)
    })
  }

  move(from: FolderNode, fromName: string, node: DiskNode, to: FolderNode, toName: string, nowNs: bigint): void {
    const replaced = to.entries.get(toName)
    if (replaced) this.#unlink(to, toName, replaced)
    from.entries.delete(fromName)
    node.links -= 1
    this.#link(to, toName, node)
    const places = [
      { folder: from, name: fromName },
      { folder: to, name: toName },
    ]
    this.#changed(node, places, nowNs, (entriesOf) => {
      if (entriesOf(from).get(fromName) === node) entriesOf(from).delete(fromName)
      entriesOf(to).set(toName, node)
    })
  }

  /** What was written, or named in this folder, before this moment is durable now. */
  sync(node: DiskNode, upTo: number): void {
    node.sync(upTo)
    if (node instanceof FolderNode) this.#syncNames(node, upTo)
  }

  /** `sync -f`: everything on one device. */
  syncDevice(device: Device, upTo: number): void {
    const isDue = (change: NameChange): boolean => change.device === device && change.at <= upTo
    for (const change of this.#pending) if (isDue(change)) change.apply(stableEntries)
    this.#pending = this.#pending.filter((change) => !isDue(change))
    const top = this.#devices.find((mounted) => mounted.device === device)?.top
    if (top) for (const node of nodesBelow(top, new Set())) node.sync(upTo)
  }

  /** Everything that was done so far is durable: where a schedule begins. */
  settle(): void {
    for (const { device } of this.#devices) this.syncDevice(device, this.changes)
  }

  /** Everything of a machine that is not durable is lost or kept, by chance. */
  losePower(machine: Device['machine'], random: Random): void {
    // Most file systems keep names in order; nothing promises it.
    const isOrdered = random.onceIn(3)
    const keepOf = random.integer(5)
    const lost = new Set<DiskNode | string>()
    let isCut = false
    for (const change of this.#pending) {
      if (change.device.machine !== machine) continue
      const keys = [change.node, ...change.places.map(({ folder, name }) => `${folder.ino}/${name}`)]
      isCut ||= random.integer(4) >= keepOf
      const isKept = isOrdered ? !isCut : random.integer(4) < keepOf && !keys.some((key) => lost.has(key))
      if (isKept) change.apply(stableEntries)
      else for (const key of keys) lost.add(key)
    }
    this.#pending = this.#pending.filter((change) => change.device.machine !== machine)
    for (const { device, top } of this.#devices) if (device.machine === machine) top.losePower(random, new Set())
  }

  /** What a path would show after lost power without any luck. */
  stableFile(path: string): FileNode | undefined {
    let node: DiskNode | undefined = this.root
    for (const name of path.split('/').filter(Boolean)) {
      if (!(node instanceof FolderNode)) return undefined
      node = node.stableEntries.get(name)
    }
    return node instanceof FileNode ? node : undefined
  }

  pathOf(folder: FolderNode): string {
    if (folder.isGone) return '/gone (deleted)'
    return folder.parent ? `${folder.parent === this.root ? '' : this.pathOf(folder.parent)}/${folder.name}` : '/'
  }

  #newFolder(device: Device, nowNs: bigint, mode = 0o755): FolderNode {
    this.#inodes += 1
    return new FolderNode(this.#inodes, device, mode, nowNs)
  }

  #add(folder: FolderNode, name: string, node: DiskNode, nowNs: bigint): void {
    if (folder.isGone) throw systemError('ENOENT', 'create', name)
    this.#link(folder, name, node)
    this.#changed(node, [{ folder, name }], nowNs, (entriesOf) => entriesOf(folder).set(name, node))
  }

  #changed(node: DiskNode, places: NameChange['places'], nowNs: bigint, apply: NameChange['apply']): void {
    this.changes += 1
    for (const { folder } of places) folder.change(this.changes, { mtimeNs: nowNs })
    this.#pending.push({ at: this.changes, device: node.device, node, places, apply })
  }

  /** A change brings with it what it follows from: earlier ones of the same file or the same name. */
  #syncNames(folder: FolderNode, upTo: number): void {
    const due = new Set<NameChange>()
    const needed = new Set<DiskNode | string>()
    for (const change of [...this.#pending].reverse()) {
      if (change.at > upTo) continue
      const keys = change.places.map((place) => `${place.folder.ino}/${place.name}`)
      const isDue =
        change.places.some((place) => place.folder === folder) ||
        needed.has(change.node) ||
        keys.some((key) => needed.has(key))
      if (!isDue) continue
      due.add(change)
      for (const key of [change.node, ...keys]) needed.add(key)
    }
    for (const change of this.#pending) if (due.has(change)) change.apply(stableEntries)
    this.#pending = this.#pending.filter((change) => !due.has(change))
  }

  #link(folder: FolderNode, name: string, node: DiskNode): void {
    folder.entries.set(name, node)
    node.links += 1
    if (!(node instanceof FolderNode)) return
    node.parent = folder
    node.name = name
  }

  #unlink(folder: FolderNode, name: string, node: DiskNode): void {
    folder.entries.delete(name)
    node.links -= 1
    if (node instanceof FolderNode) node.isGone = true
  }
}

function stableEntries(folder: FolderNode): Map<string, DiskNode> {
  return folder.stableEntries
}

function nodesBelow(top: FolderNode, seen: Set<DiskNode>): Set<DiskNode> {
  seen.add(top)
  for (const node of top.entries.values()) {
    if (node instanceof FolderNode) nodesBelow(node, seen)
    else seen.add(node)
  }
  return seen
}
