import { defaultMailConf, defaultTransferConf, transferConfKeys } from './setting-conf.ts'
import type { SettingType } from './setting-type.ts'

/** From weakest to strongest: the stronger wins, filters add up (DESIGN.md section 5). */
export const settingLevels = ['workspace', 'share', 'queue', 'job', 'task'] as const
export type SettingLevel = (typeof settingLevels)[number]

/** Where a setting may be written: a level, or one machine. */
export type SettingScope = SettingLevel | 'client'

/** What somebody wrote at one level, or what holds: texts, as on the wire. */
export type Settings = Readonly<Record<string, string>>

export interface SettingDefinition {
  readonly type: SettingType
  readonly default: string
  readonly scopes: readonly SettingScope[]
  /** `adds`: values of all levels hold together. */
  readonly inheritance: 'stronger-wins' | 'adds'
  /** Written at a level, it takes back what weaker levels say by this other name. */
  readonly takesBack?: string
  /** `accepted`: understood, checked and kept, but nothing in Tern acts on it yet. */
  readonly effect: 'works' | 'accepted'
  /** Who acts on it. */
  readonly actor?: SettingActor
}

export type SettingActor = 'workspace' | 'sender' | 'receiver'

const yes: SettingType = { kind: 'boolean' }
const object: SettingType = { kind: 'json' }
const filter: SettingType = { kind: 'filter' }
const everywhere = ['workspace', 'share', 'queue', 'job', 'task'] as const
const toJobs = ['workspace', 'share', 'queue', 'job'] as const
const withoutShares = ['workspace', 'queue', 'job'] as const
const workspaceOnly = ['workspace'] as const

/**
 * Every setting that concerns transfers: those of the reference, and Tern's own. The one table that validation, docs, the
 * JSON schema and the screens are made from; words for people are in `shared/words/settings.ts`.
 */
export const settingTable = {
  transfer_mode: works('receiver', choice('copy', 'onewaysync'), 'copy', everywhere),
  transfer_sync_guard: works('receiver', yes, 'true', everywhere),
  transfer_dry_run: works('receiver', yes, 'false', toJobs),
  transfer_comparison: works('receiver', flags('+', 'size', 'modified'), 'size+modified', everywhere),
  transfer_ignore_existing: works('receiver', optionalFlags('+', 'file', 'directory'), '', everywhere),
  transfer_on_conflict: {
    ...works('receiver', choice('replace', 'skip', 'rename'), 'replace', everywhere),
    takesBack: 'transfer_ignore_existing',
  },
  transfer_include: { ...works('sender', filter, '', everywhere), inheritance: 'adds' },
  transfer_exclude: { ...works('sender', filter, '', everywhere), inheritance: 'adds' },
  transfer_links: works('sender', choice('skip', 'keep', 'keep-all', 'copy'), 'skip', everywhere),
  transfer_names: works('receiver', choice('map', 'refuse'), 'map', everywhere),
  transfer_resume: works('receiver', choice('enable', 'disable'), 'enable', everywhere),
  transfer_resume_limit: works(
    'receiver',
    { kind: 'integer', min: 1, max: 1_000_000_000, unit: 'MB', besides: ['-1'] },
    '-1',
    everywhere,
  ),
  transfer_speedlimit: {
    ...works('sender', { kind: 'number', min: 0.000001, max: 1_000_000, unit: 'MB/s', besides: ['', '-1'] }, '', [
      ...toJobs,
      'client',
    ]),
    takesBack: 'transfer_speedlimit_timetable',
  },
  transfer_speedlimit_timetable: works('sender', { kind: 'timetable' }, '', [...toJobs, 'client']),
  transfer_encryption: works('sender', choice('aes128', 'aes256', 'none'), 'aes128', toJobs),
  transfer_checksum: works('receiver', optionalFlags('+', 'content', 'readback'), '', everywhere),
  transfer_attributes: works('receiver', optionalFlags('+', 'owner', 'group', 'permissions'), '', everywhere),
  transfer_concurrent: works('workspace', { kind: 'integer', min: 1, max: 10, unit: 'transfers' }, '1', [
    ...withoutShares,
    'client',
  ]),
  transfer_log: works(
    'receiver',
    optionalFlags(',', 'info', 'warning', 'files', 'comparison', 'ownership', 'group', 'permissions'),
    'info,comparison,files',
    toJobs,
  ),
  transfer_reserved_space: works(
    'receiver',
    { kind: 'integer', min: 1, max: 1_000_000_000_000_000, unit: 'bytes', besides: ['-1'], minusOne: 'all' },
    '100000000',
    toJobs,
  ),
  transfer_conf: works('receiver', { kind: 'json', keys: transferConfKeys }, defaultTransferConf, toJobs),
  job_max_retries: works('workspace', { kind: 'integer', min: 0, max: 1000, unit: 'tries' }, '3', toJobs),
  job_autoretry_delay_s: works('workspace', { kind: 'integer', min: 1, max: 86_400, unit: 'seconds' }, '15', toJobs),
  job_archive_after_days: works(
    'workspace',
    { kind: 'integer', min: 1, max: 36_500, unit: 'days' },
    '14',
    workspaceOnly,
  ),
  job_on_missing: works('workspace', choice('fail', 'ignore'), 'fail', withoutShares),
  job_done_actions: works('workspace', optionalFlags(',', 'delete_excluded'), '', withoutShares),
  job_compress_tmp_limit: accepted(
    { kind: 'integer', min: 1, max: 1_000_000_000_000_000, unit: 'bytes' },
    '100000000000',
    workspaceOnly,
  ),
  job_compress_tmp_directory: accepted({ kind: 'path' }, 'tern/tmp/compressed_jobs', workspaceOnly),
  task_bucketsize: works('workspace', { kind: 'integer', min: 0, max: 1_000_000, unit: 'files' }, '0', withoutShares),
  queue_interrupt_policy: works('workspace', choice('order', 'priority', 'never'), 'order', ['workspace', 'queue']),
  api_calls_per_second: works(
    'workspace',
    { kind: 'integer', min: 1, max: 100_000, unit: 'calls/s', besides: ['-1'] },
    '500',
    workspaceOnly,
  ),
  upload_enable: works('workspace', yes, 'true', workspaceOnly),
  download_enable: works('workspace', yes, 'true', workspaceOnly),
  share_employee_access: works('workspace', choice('all', 'granted'), 'all', workspaceOnly),
  site_route_transfers: accepted(yes, 'false', workspaceOnly),
  hook_conf: accepted(object, '{"enable":true,"hooks":{}}', withoutShares),
  mail_conf: works('workspace', object, defaultMailConf, workspaceOnly),
  mail_host: works('workspace', { kind: 'text', maxLength: 255 }, '', workspaceOnly),
  mail_port: works('workspace', { kind: 'integer', min: 1, max: 65_535 }, '587', workspaceOnly),
  mail_tls: works('workspace', choice('starttls', 'tls', 'none'), 'starttls', workspaceOnly),
  mail_user: works('workspace', { kind: 'text', maxLength: 255 }, '', workspaceOnly),
  mail_from: works('workspace', { kind: 'text', maxLength: 255 }, '', workspaceOnly),
  email_conf: accepted(object, '{}', ['share', 'queue', 'job']),
} as const satisfies Readonly<Record<string, SettingDefinition>>

export type SettingName = keyof typeof settingTable

export const settingNames = Object.keys(settingTable) as readonly SettingName[]

const ofTheWorkspaceItself: ReadonlySet<string> = new Set<SettingName>([
  'job_archive_after_days',
  'api_calls_per_second',
  'share_employee_access',
  'mail_conf',
  'mail_host',
  'mail_port',
  'mail_tls',
  'mail_user',
  'mail_from',
])

/** Whether it says anything of a transfer, and not only of how the workspace is run. */
export function concernsTransfers(name: string): boolean {
  return !ofTheWorkspaceItself.has(name)
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingTable, name)
}

/** What the table says of a setting, without the exact types of its row. */
export function settingDefinition(name: SettingName): SettingDefinition {
  return settingTable[name]
}

/** Names that a setting of this scope may have, in the order of the table. */
export function settingsOfScope(scope: SettingScope): readonly SettingName[] {
  return settingNames.filter((name) => settingDefinition(name).scopes.includes(scope))
}

function works(
  actor: SettingActor,
  type: SettingType,
  defaultValue: string,
  scopes: readonly SettingScope[],
): SettingDefinition {
  return { type, default: defaultValue, scopes, inheritance: 'stronger-wins', effect: 'works', actor }
}

function accepted(type: SettingType, defaultValue: string, scopes: readonly SettingScope[]): SettingDefinition {
  return { type, default: defaultValue, scopes, inheritance: 'stronger-wins', effect: 'accepted' }
}

function choice(...words: readonly string[]): SettingType {
  return { kind: 'choice', words }
}

function flags(separator: '+' | ',', ...words: readonly string[]): SettingType {
  return { kind: 'flags', words, separator, mayBeEmpty: false }
}

function optionalFlags(separator: '+' | ',', ...words: readonly string[]): SettingType {
  return { kind: 'flags', words, separator, mayBeEmpty: true }
}
