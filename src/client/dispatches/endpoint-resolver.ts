import { lstat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ShareId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { wayBelow } from '../../shared/domain/meaning/location.ts'
import type { Grants, JobReference } from '../grants/grants.ts'
import { isWithin, localPath, realPathOf, relativePath } from '../grants/real-path.ts'
import { makeFolders } from '../make-folders.ts'

/** Where the engine works: nothing outside the root is touched and no link below it is followed. */
export interface LocalEndpoint {
  readonly root: string
  /** `/`-separated, relative to the root. */
  readonly path: string
}

/** Turns the places that a workspace names into places of this machine, or refuses them. */
export class EndpointResolver {
  readonly #grants: Grants
  readonly #allowedRoots: readonly string[]
  readonly #sharePaths = new Map<ShareId, string>()

  constructor(grants: Grants, allowedRoots: readonly string[]) {
    this.#grants = grants
    this.#allowedRoots = allowedRoots
  }

  /** Server clients: the folders behind the site's shares, as the workspace has them now. */
  setShares(shares: readonly { id: ShareId; path: string }[]): void {
    this.#sharePaths.clear()
    for (const share of shares) this.#sharePaths.set(share.id, share.path)
  }

  /** Fails with CONSENT_NEEDED `{path, mode}`, PATH_INVALID, NOT_FOUND, PATH_NOT_GRANTED or DRIVE_GONE. */
  async resolve(endpoint: TaskEndpoint, mode: 'read' | 'write', job: JobReference): Promise<LocalEndpoint> {
    if (endpoint.shareId !== undefined) {
      return { root: await this.shareRoot(endpoint.shareId), path: wayBelow(endpoint.path) }
    }
    const found = await this.#grants.find(endpoint.path, mode, job)
    if (found === undefined) throw consentNeeded(endpoint.path, mode)
    if (mode === 'write' && (await isFolder(found.granted))) return { root: found.granted, path: found.way }
    // What was granted may be a file or still to be made, and its own name is part of what is sent.
    const parent = dirname(found.granted)
    const path = [basename(found.granted), found.way].filter((part) => part !== '').join('/')
    return { root: parent, path }
  }

  /**
   * A way below a share, from the allowed root that the share is in: what is opened from there follows no link on the way
   * down to the share either, which others may be able to put there.
   */
  async sharePlace(id: ShareId, way: string): Promise<LocalEndpoint> {
    const { root, path } = await this.#shareFolder(id)
    return { root, path: [relativePath(root, path), way].filter((part) => part !== '').join('/') }
  }

  /** The real folder of a share; made when it is missing beneath an allowed root that is there. */
  async shareRoot(id: ShareId): Promise<string> {
    return (await this.#shareFolder(id)).path
  }

  async #shareFolder(id: ShareId): Promise<LocalEndpoint> {
    const asked = this.#sharePaths.get(id)
    if (asked === undefined) throw new TernError('NOT_FOUND', { kind: 'share', id })
    const path = await realPathOf(localPath(asked))
    for (const allowed of this.#allowedRoots) {
      const root = await realPathOf(localPath(allowed))
      if (!isWithin(root, path)) continue
      // A missing root is a drive that is not mounted: writing to what lies below its mount point would hide the loss.
      if (path !== root) await makeFolder(path)
      return { root, path }
    }
    throw new TernError('PATH_NOT_GRANTED', { path: asked, problem: 'outside-files' })
  }
}

/** What the workspace and the card are told when this machine's owner has not allowed something yet. */
export function consentNeeded(path: string, mode: 'read' | 'write'): TernError {
  return new TernError('CONSENT_NEEDED', { path, mode })
}

async function isFolder(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined)
  return stat?.isDirectory() === true
}

async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
  } catch (thrown) {
    throw fileError(thrown, 'target', { path })
  }
}
