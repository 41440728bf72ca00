import type { SendRequest } from '../../shared/contract/engine-process.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId } from '../../shared/domain/ids.ts'
import { readJsonText } from '../../shared/domain/specification/json-text.ts'

/** Who sends, for the places that only the sender can name. */
export interface Sender {
  readonly email: string
  readonly clientId: ClientId
}

/** The job specification of the second document for what a person put together in the Send sheet. */
export function specificationOf(request: SendRequest, sender: Sender): Record<string, unknown> {
  if (request.items.length === 0) throw new TernError('NOTHING_TO_SEND')
  const { target, name, queue, priority, onConflict, exclude } = request
  const destination = destinationOf(request.target, sender)
  // Towards a person a bare path could also mean one on a volume, so the machine is named.
  const party = target.kind === 'user' || target.kind === 'invite' ? `client=${sender.clientId}:` : ''
  const tasks = request.items.map((item) => ({
    source: `${party}${item.path}`,
    ...(destination !== undefined && { destination }),
  }))
  const settings = {
    ...request.settings,
    ...(onConflict !== 'replace' && { transfer_on_conflict: onConflict }),
    ...(exclude !== undefined && exclude.trim() !== '' && { transfer_exclude: exclude }),
  }
  return {
    ...(name !== undefined && { code: name }),
    tasks,
    ...(target.kind === 'invite' && { recipients: [target.email], invite: true }),
    ...(queue !== undefined && { queue }),
    ...(priority !== undefined && { priority }),
    ...(request.startPaused && { status: 'paused' }),
    ...(Object.keys(settings).length > 0 && { settings }),
  }
}

/**
 * The specification to submit: what a person edited, or what the fields say.
 * @throws TernError SPEC_INVALID where what was edited is no JSON
 */
export function submittedSpecification(request: SendRequest, sender: Sender): unknown {
  return request.specification === undefined
    ? specificationOf(request, sender)
    : readJsonText(request.specification).value
}

function destinationOf(target: SendRequest['target'], sender: Sender): string | undefined {
  switch (target.kind) {
    case 'share':
      return `share=${target.code}/${folder(target.path)}`
    case 'home':
      return `home=${sender.email}/${folder(target.path)}`
    case 'user':
      return target.email
    case 'invite':
      return undefined
  }
}

/** With a slash at its end: the files go into it, under their own names. */
function folder(path: string): string {
  const way = path.split(/[\\/]/).filter((part) => part !== '')
  return way.map((part) => `${part}/`).join('')
}
