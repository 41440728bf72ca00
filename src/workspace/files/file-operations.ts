import { TernError } from '../../shared/domain/errors.ts'
import type { Handlers, OperationContext } from '../api/context.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { FilePlaces, type PlacedFile, requireRight, toldAs } from './file-place.ts'
import { checkHoldsNoShare, followMove, followRemoval, rootedPlace } from './follow-files.ts'
import { listPlace } from './listing.ts'

type Names =
  | 'file/list'
  | 'file/size'
  | 'file/exists'
  | 'file/make-folder'
  | 'file/rename'
  | 'file/move'
  | 'file/delete'

export const fileOperations: Handlers<Names> = {
  'file/list': async (context, { path, ...input }) => {
    const places = new FilePlaces(context)
    return { entries: await listPlace(context, places, places.find(path), input) }
  },

  'file/size': async (context, { path, include, exclude }) => {
    const places = new FilePlaces(context)
    const place = places.find(path)
    requireRight(place, 'mayRead')
    const filters = { ...(include !== undefined && { include }), ...(exclude !== undefined && { exclude }) }
    const found = await look(context, places, place, { op: 'size', ...filters })
    return { sizeBytes: found.sizeBytes }
  },

  'file/exists': async (context, { path }) => {
    const places = new FilePlaces(context)
    const place = places.find(path)
    requireRight(place, 'maySeeName')
    const { kind } = await look(context, places, place, { op: 'look' })
    return { exists: kind !== 'none' }
  },

  'file/make-folder': async (context, { path }) => {
    const places = new FilePlaces(context)
    const place = places.find(path)
    requireRight(place, 'mayWrite')
    const client = places.clientFor(place)
    const { share, path: way } = place
    await toldAs([place], () => context.files.ask(client.id, { op: 'make', shareId: share.id, path: way }))
    await recorded(context, 'file/make-folder', place)
    return {}
  },

  'file/rename': async (context, { path, to }) => {
    const places = new FilePlaces(context)
    const from = places.find(path)
    const isName = !/[/\\=:~]/.test(to)
    const target = isName
      ? places.at(
          from.share,
          joined(parentOf(from.path), to),
          from.site,
          `${path.slice(0, path.lastIndexOf('/') + 1)}${to}`,
        )
      : places.find(to)
    if (target.share.id !== from.share.id || parentOf(target.path) !== parentOf(from.path)) {
      throw new TernError('PATH_INVALID', { path: to, problem: 'other-folder' })
    }
    await moved(context, places, from, target)
    return {}
  },

  'file/move': async (context, { path, to }) => {
    const places = new FilePlaces(context)
    const [from, named] = [places.find(path), places.find(to)]
    checkMove(context, from, named)
    const there = await look(context, places, named, { op: 'look' })
    const isInto = there.kind === 'folder' || /[/\\]$/.test(to)
    const name = from.path.slice(from.path.lastIndexOf('/') + 1)
    const target = isInto ? places.at(named.share, joined(named.path, name), named.site, to) : named
    await moved(context, places, from, target)
    return {}
  },

  'file/delete': async (context, { path, isForced }) => {
    const places = new FilePlaces(context)
    const place = places.find(path)
    requireRight(place, 'mayWrite')
    assertMovable(context, place)
    const client = places.clientFor(place)
    const { share, path: way } = place
    await toldAs([place], () => context.files.ask(client.id, { op: 'remove', shareId: share.id, path: way, isForced }))
    const { id: by } = context.caller.user
    await recorded(context, 'file/delete', place, {}, (transaction) => {
      followRemoval(transaction, by, rootedPlace(place.share, place.path))
    })
    return {}
  },
}

async function moved(context: OperationContext, places: FilePlaces, from: PlacedFile, to: PlacedFile): Promise<void> {
  checkMove(context, from, to)
  const [source, target] = [rootedPlace(from.share, from.path), rootedPlace(to.share, to.path)]
  const client = places.clientFor(from)
  if (from.site !== to.site || places.clientFor(to).id !== client.id) {
    throw new TernError('UNSUPPORTED', { feature: 'move-across-servers' })
  }
  const order = {
    op: 'move' as const,
    shareId: from.share.id,
    path: from.path,
    to: { shareId: to.share.id, path: to.path },
  }
  await toldAs([from, to], () => context.files.ask(client.id, order))
  const { id: by } = context.caller.user
  await recorded(context, 'file/move', from, { to: to.path }, (transaction) => {
    followMove(transaction, by, source, target)
  })
}

function checkMove(context: OperationContext, from: PlacedFile, to: PlacedFile): void {
  requireRight(from, 'mayWrite')
  requireRight(to, 'mayWrite')
  // What may only be put there would become readable.
  if (to.access.mayRead) requireRight(from, 'mayRead')
  if (rootedPlace(from.share, from.path).rootId !== rootedPlace(to.share, to.path).rootId) {
    throw new TernError('UNSUPPORTED', { feature: 'move-across-volumes' })
  }
  assertMovable(context, from)
}

/** A share itself is not moved or removed by its own name, nor with a folder that another one has as its own. */
function assertMovable(context: OperationContext, { share, path, site, text }: PlacedFile): void {
  if (path === '') throw new TernError('PATH_INVALID', { path: text, problem: 'share-itself' })
  context.store.read((database) => checkHoldsNoShare({ database }, share, path, site))
}

async function look(
  context: OperationContext,
  places: FilePlaces,
  place: PlacedFile,
  what: { readonly op: 'look' } | { readonly op: 'size'; readonly include?: string; readonly exclude?: string },
) {
  const client = places.clientFor(place)
  const order = { ...what, shareId: place.share.id, path: place.path }
  const { found } = await toldAs([place], () => context.files.ask(client.id, order))
  if (found === undefined) throw new TernError('PROTOCOL_ERROR', { place: client.name })
  return found
}

/** Who did what to which file; `also` is done in the same transaction. */
function recorded(
  context: OperationContext,
  action: string,
  place: PlacedFile,
  params: Readonly<Record<string, string>> = {},
  also: (transaction: Transaction) => void = () => undefined,
): Promise<void> {
  return context.store.write((transaction) => {
    also(transaction)
    audit(transaction, {
      userId: context.caller.user.id,
      clientId: context.caller.client?.id,
      action,
      subject: place.share.id,
      params: { ...params, path: place.path },
    })
  })
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
