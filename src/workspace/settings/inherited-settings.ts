import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { mergeSettings, type SettingsByLevel, settingOf } from '../../shared/domain/settings/merge-settings.ts'
import type { SettingName, Settings } from '../../shared/domain/settings/settings.ts'
import type { JobRow } from '../store/jobs.ts'
import { type ShareRow, shareById } from '../store/places.ts'
import type { TaskRow } from '../store/tasks.ts'
import type { Direction } from './direction.ts'
import { settingsAt } from './setting-store.ts'

type Ends = Pick<TaskRow, 'source' | 'destination'>
type JobSettings = Pick<JobRow, 'id' | 'settings' | 'queue'>

/**
 * What jobs inherit, read once and kept for as long as this object lives: one transaction. Where both ends are shares,
 * the destination's wins, since that is where something changes.
 */
export class InheritedSettings {
  readonly database: SqliteDatabase
  readonly #known = new Map<string, Settings>()
  readonly #shares = new Map<string, readonly string[]>()

  constructor(database: SqliteDatabase) {
    this.database = database
  }

  /** `ends`: those of the task, or of each task in a run; absent: of the job's first task. */
  levels(job: JobSettings, ends: Ends | undefined = this.#firstEnds(job)): SettingsByLevel {
    return {
      workspace: this.#at('workspace', ''),
      share: ends ? this.#sharesOf(ends).map((id) => this.#at('share', id)) : [],
      queue: this.#at('queue', job.queue),
      job: JSON.parse(job.settings) as Settings,
    }
  }

  merged(job: JobSettings, ends?: Ends): Settings {
    return mergeSettings(this.levels(job, ends))
  }

  /** One setting wherever the job's files lie, for decisions before a task is chosen; undefined where nobody set it. */
  beforeShares(job: JobSettings, name: SettingName): string | undefined {
    const own = JSON.parse(job.settings) as Settings
    return own[name] ?? this.ofQueue(job.queue, name)
  }

  /** What a queue says for all jobs in it; undefined where nobody set it. */
  ofQueue(queue: string, name: SettingName): string | undefined {
    return this.#at('queue', queue)[name] ?? this.#at('workspace', '')[name]
  }

  /** What the machines at both ends are told: how to transfer, and nothing of what the workspace itself does. */
  forClients(job: JobSettings, ends: Ends): Settings {
    return Object.fromEntries(Object.entries(this.merged(job, ends)).filter(([name]) => name.startsWith('transfer_')))
  }

  /** `upload_enable` and `download_enable`. */
  switchedOff(): ReadonlySet<Direction | undefined> {
    const workspace = this.#at('workspace', '')
    return new Set(
      (['upload', 'download'] as const).filter((name) => settingOf(workspace, `${name}_enable`) === 'false'),
    )
  }

  /** What lies at shares with the same key inherits the same from them. `shareIds`: empty for a person's machine. */
  keyOfShares(shareIds: readonly string[]): string {
    return this.#withSettings(shareIds).join(' ')
  }

  /** Of a volume, or of a folder or home: what holds above it, its volume's. */
  levelsOfShare(share: ShareRow): SettingsByLevel {
    return { workspace: this.#at('workspace', ''), share: this.#chain(share.id).map((id) => this.#at('share', id)) }
  }

  /** Shares that have settings, weaker ones first, each once. */
  #sharesOf({ source, destination }: Ends): readonly string[] {
    return this.#withSettings([source, destination].map((text) => (JSON.parse(text) as TaskEndpoint).shareId ?? ''))
  }

  #withSettings(shareIds: readonly string[]): readonly string[] {
    return [...new Set(shareIds.flatMap((id) => (id === '' ? [] : this.#chain(id))))]
  }

  #chain(shareId: string): readonly string[] {
    let chain = this.#shares.get(shareId)
    if (chain === undefined) {
      const share = shareById(this.database, shareId)
      const volume = share && share.kind !== 'volume' ? volumeOf(this.database, share) : undefined
      chain = [...(volume ? [volume.id] : []), shareId].filter((id) => Object.keys(this.#at('share', id)).length > 0)
      this.#shares.set(shareId, chain)
    }
    return chain
  }

  #at(entity: 'workspace' | 'share' | 'queue', id: string): Settings {
    const key = `${entity} ${id}`
    const settings = this.#known.get(key) ?? settingsAt(this.database, entity, id)
    this.#known.set(key, settings)
    return settings
  }

  #firstEnds(job: JobSettings): Ends | undefined {
    return this.database.get<Ends>('SELECT source, destination FROM tasks WHERE job_id = ? ORDER BY seq LIMIT 1', [
      job.id,
    ])
  }
}

/** The innermost volume of the same site that the share lies in. */
function volumeOf(database: SqliteDatabase, share: ShareRow): ShareRow | undefined {
  const volumes = database.all<ShareRow>("SELECT * FROM shares WHERE kind = 'volume' AND site_code = ? LIMIT 1000", [
    share.site_code,
  ])
  const path = withSlash(share.path)
  return volumes
    .filter((volume) => path.startsWith(withSlash(volume.path)))
    .sort((left, right) => right.path.length - left.path.length)[0]
}

function withSlash(path: string): string {
  return `${path.replaceAll('\\', '/').replace(/\/+$/, '')}/`
}

/** Setting `job_on_missing`: a source that is not there counts as done. */
export function ignoresMissing(database: SqliteDatabase, job: JobSettings, error: ErrorEnvelope | undefined): boolean {
  if (error?.code !== 'SOURCE_NOT_FOUND') return false
  return new InheritedSettings(database).beforeShares(job, 'job_on_missing') === 'ignore'
}
