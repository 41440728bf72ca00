import type {
  AppView,
  IncomingDetails,
  TaskRow,
  TransferRow,
  TransferTotals,
} from '../../../src/shared/contract/view.ts'
import type { ClientId, JobId, TaskId, UserId, WorkspaceId } from '../../../src/shared/domain/ids.ts'
import type { Scenario } from './fake-tern.ts'

const workspaceId = 'a'.repeat(24) as WorkspaceId
export const studio = workspaceId

/** Today at a time of day, so that sentences stand without a date. */
export function todayAt(hours: number, minutes: number): number {
  return new Date().setHours(hours, minutes, 0, 0)
}

const id = (n: number) => n.toString(16).padStart(24, '0')

export const baseView: AppView = {
  isFirstRun: false,
  platform: 'linux',
  version: '0.1.0',
  computerName: 'edit-01',
  workspaces: [
    {
      id: workspaceId,
      code: 'studio',
      name: 'studio.example.com',
      address: 'studio.example.com:45190',
      me: { userId: id(1) as UserId, name: 'You', email: 'me@example.com', role: 'admin' },
      clientId: id(2) as ClientId,
      connection: 'online',
      isHostedHere: false,
      isDemo: false,
    },
    {
      id: 'b'.repeat(24) as WorkspaceId,
      code: 'post',
      name: 'post.example.net',
      address: 'post.example.net:45190',
      me: { userId: id(1) as UserId, name: 'You', email: 'me@example.com', role: 'admin' },
      clientId: id(2) as ClientId,
      connection: 'online',
      isHostedHere: true,
      isDemo: false,
    },
  ],
  people: [
    person('You', 'me@example.com', { online: true, isMe: true }),
    person('John', 'john@example.com', { online: true }),
    person('Lisa', 'lisa@example.com', { online: true }),
    person('Mia', 'mia@example.com', { online: false, sinceMs: todayAt(0, 40) }),
  ],
  sites: [
    { workspaceId, code: 'hq', online: true },
    { workspaceId, code: 'lisbon', online: true },
    { workspaceId, code: 'berlin', online: false, sinceMs: todayAt(0, 2) },
  ],
  shares: [
    share('projects', 'projects', 'volume', 'hq', { isDefault: true }),
    share('library', 'library', 'volume', 'lisbon', {}),
    share('field', 'projects', 'volume', 'berlin', {}),
    share('home-me', 'My home', 'home', 'hq', { isMine: true }),
  ],
  keyring: 'available',
  engine: { state: 'running', crashes: 0 },
  downloads: { path: '/home/me/Downloads/Tern', freeBytes: 1.9e12 },
  hasTray: true,
  ownFrame: true,
  preferences: { downloadFolder: '/home/me/Downloads/Tern', startAtLogin: false, notifications: true, keepAwake: true },
}

function person(name: string, email: string, extra: { online: boolean; isMe?: boolean; sinceMs?: number }) {
  return {
    workspaceId,
    userId: id(100 + name.length + name.charCodeAt(0)) as UserId,
    name,
    email,
    role: 'employee' as const,
    isMe: false,
    isInvited: false,
    ...extra,
  }
}

function share(
  code: string,
  name: string,
  kind: 'volume' | 'home',
  siteCode: string,
  extra: { isDefault?: boolean; isMine?: boolean },
) {
  return {
    workspaceId,
    code,
    name,
    kind,
    siteCode,
    isMine: false,
    isDefault: false,
    mayRead: true,
    mayWrite: true,
    ...extra,
  }
}

const noTasks = { pending: 0, queued: 0, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 }
const noResult = { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 }
const GB = 1e9

let rowNumber = 0

type RowExtra = Partial<Omit<TransferRow, 'key' | 'from' | 'to'>> & { readonly from?: string; readonly to?: string }

export function row(name: string, extra: RowExtra = {}): TransferRow {
  rowNumber += 1
  const { from = 'here', to = 'hq', ...rest } = extra
  const jobId = id(1000 + rowNumber) as JobId
  const place = (text: string) =>
    text === 'here'
      ? ({ kind: 'here', name: 'here' } as const)
      : ({ kind: /^[A-Z]/.test(text) ? 'user' : 'site', name: text } as const)
  const status = rest.status ?? 'waiting'
  return {
    key: `${workspaceId}/${jobId}`,
    workspaceId,
    jobId,
    name,
    direction: from === 'here' ? 'out' : to === 'here' ? 'in' : 'between',
    from: place(from),
    to: place(to),
    status,
    bytesDone: 0,
    bytesTotal: 0,
    fileCount: 12,
    taskCounts: noTasks,
    result: noResult,
    queue: 'medium',
    priority: 500,
    createdAtMs: todayAt(0, 0) + rowNumber,
    revision: 1,
    can: {
      pause: status === 'running' || status === 'waiting',
      resume: status === 'paused',
      abort: status !== 'done' && status !== 'aborted',
      retry: status === 'failed',
      showInFolder: from === 'here' || to === 'here',
      setPriority: status !== 'done' && status !== 'aborted',
    },
    ...rest,
  }
}

export function running(bytesVerified: number, bytesTotal: number, bytesPerSecond: number, etrSeconds?: number) {
  return {
    status: 'running' as const,
    bytesDone: bytesVerified,
    bytesTotal,
    progress: {
      phase: 'transferring' as const,
      filesScanned: 100,
      filesCompared: 100,
      filesTotal: 100,
      filesDone: 20,
      filesAlreadyThere: 0,
      bytesVerified,
      bytesTotal,
      bytesPerSecond,
      ...(etrSeconds !== undefined && { etrSeconds }),
      lanes: 4,
      route: 'direct' as const,
    },
  }
}

export const incomingRow = row('Episode 3 conform', {
  from: 'Lisa',
  to: 'here',
  status: 'waiting',
  waitsOnYou: 'location',
  reason: { code: 'location', params: { userName: 'You', files: 214 }, action: 'choose-folder' },
  bytesTotal: 86.4 * GB,
  fileCount: 214,
})

/** Every state of the first picture. */
export const everyState: readonly TransferRow[] = [
  incomingRow,
  row('LFM 114 plates', running(301 * GB, 486 * GB, 412e6, 7 * 60)),
  row('Score stems v7', { from: 'John', to: 'here', ...running(18.2 * GB, 20.6 * GB, 118e6, 21) }),
  row('VFX pulls 0164–0171', { from: 'hq', to: 'here', ...running(9.64 * GB, 41.3 * GB, 88.2e6, 6 * 60) }),
  row('Nightly mirror', { from: 'hq', to: 'lisbon', ...running(142 * GB, 418 * GB, 20e6, 13_800) }),
  row('Shot library', {
    ...running(0, 1120 * GB, 0),
    progress: {
      ...running(0, 1120 * GB, 0).progress,
      phase: 'scanning',
      filesScanned: 12_403,
      filesCompared: 0,
      filesTotal: 0,
    },
  }),
  row('Comp renders, reel 2', {
    to: 'lisbon',
    ...running(0, 212 * GB, 0),
    progress: { ...running(0, 212 * GB, 0).progress, phase: 'comparing', filesCompared: 3180, filesTotal: 8412 },
  }),
  row('Trailer master', {
    to: 'Lisa',
    reason: { code: 'location', params: { userName: 'Lisa', files: 1 }, action: 'remind' },
    bytesTotal: 12.8 * GB,
  }),
  row('Dailies 21 Nov', {
    to: 'berlin',
    reason: { code: 'peer-offline', params: { name: 'berlin', sinceMs: todayAt(0, 2) } },
    bytesDone: 31 * GB,
    bytesTotal: 64.2 * GB,
  }),
  row('Reference pack', {
    to: 'John',
    reason: { code: 'blocked', params: { error: 'DISK_FULL', neededBytes: 12.4 * GB }, action: 'retry' },
    bytesDone: 5.21 * GB,
    bytesTotal: 17.6 * GB,
  }),
  row('Grade notes', {
    to: 'Sam',
    reason: { code: 'signup', params: { email: 'Sam' }, action: 'copy-invitation' },
    bytesTotal: 1.04 * GB,
  }),
  row('Proxy media', {
    from: 'hq',
    to: 'lisbon',
    reason: { code: 'queue', params: { position: 3, queue: 'low_prio' }, action: 'start-now' },
    bytesTotal: 96 * GB,
  }),
  row('Archive A0147', {
    from: 'hq',
    to: 'here',
    status: 'paused',
    reason: { code: 'paused', params: { userId: id(1), userName: 'You', atMs: todayAt(0, 20) }, action: 'resume' },
    bytesDone: 940 * GB,
    bytesTotal: 2100 * GB,
  }),
  row('Hangar textures', {
    status: 'failed',
    reason: { code: 'failed-in-part', params: { done: 498, total: 500, failed: 2 }, action: 'see-and-retry' },
    bytesDone: 7.9 * GB,
    bytesTotal: 7.92 * GB,
  }),
  ...finishedRows(),
]

function finishedRows(): readonly TransferRow[] {
  const done = { status: 'done' as const, finishedAtMs: todayAt(0, 41) }
  const result = { ...noResult, filesDone: 12 }
  return [
    row('VFX pulls 0147–0163', {
      from: 'hq',
      to: 'here',
      ...done,
      result,
      bytesDone: 64.2 * GB,
      bytesTotal: 64.2 * GB,
    }),
    row('Lookdev library', {
      ...done,
      finishedAtMs: todayAt(0, 30),
      result: { ...noResult, filesAlreadyThere: 1204 },
      bytesDone: 38.9 * GB,
      bytesTotal: 38.9 * GB,
    }),
    row('Exports, 21 Nov', {
      ...done,
      finishedAtMs: todayAt(0, 10),
      result: { ...result, filesReplaced: 3 },
      bytesDone: 4.15 * GB,
      bytesTotal: 4.15 * GB,
    }),
    row('Poster layouts', {
      to: 'Lisa',
      status: 'aborted',
      finishedAtMs: todayAt(0, 5),
      reason: { code: 'declined', params: { userName: 'Lisa', text: 'wrong version' } },
      bytesTotal: 2.31 * GB,
    }),
  ]
}

export const noTotals: TransferTotals = {
  bytesPerSecondOut: 0,
  bytesPerSecondIn: 0,
  running: 0,
  waiting: 0,
  failed: 0,
  waitingOnYou: 0,
  finishedTotal: 0,
}

export const everyStateTotals: TransferTotals = {
  bytesPerSecondOut: 412e6,
  bytesPerSecondIn: 206e6,
  running: 6,
  waiting: 7,
  failed: 1,
  waitingOnYou: 1,
  finishedTotal: 23,
}

export const everyStateScenario: Scenario = { view: baseView, rows: everyState, totals: everyStateTotals }

export const emptyScenario: Scenario = { view: baseView, rows: [], totals: noTotals }

/** Ten thousand rows, half of them moving. */
export function manyRows(count: number): Scenario {
  const rows = Array.from({ length: count }, (_, index) =>
    row(
      `Shot ${String(index).padStart(5, '0')}`,
      index % 2 === 0 ? running(index * 1e6, 2e10, 1e6, 600) : { bytesTotal: 1e9 },
    ),
  )
  return {
    view: baseView,
    rows,
    totals: { ...noTotals, running: count / 2, waiting: count / 2, bytesPerSecondOut: 400e6 },
  }
}

const task = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as TaskId
const MB = 1e6

/** The third picture: a tree, replacements, names, a program. */
export const conformDetails: IncomingDetails = {
  key: incomingRow.key,
  kind: 'location',
  name: 'Episode 3 conform',
  from: { name: 'Lisa', online: true, computer: 'lisa-edit-02' },
  sentAtMs: todayAt(0, 20),
  note: 'Locked cut. Conform against this one, not the one of Tuesday.',
  files: 214,
  bytes: 86.4 * GB,
  revision: 3,
  isComplete: true,
  entries: [
    ...['ep03_010', 'ep03_020', 'ep03_030'].flatMap((shot, index) =>
      Array.from({ length: 20 }, (_, frame) => ({
        path: `Episode 3 conform/plates/${shot}/${shot}.${1001 + frame}.exr`,
        kind: 'file' as const,
        sizeBytes: (1.1 + index / 10) * GB,
        taskId: task(1),
        ...(index === 1 && frame < 12 && { look: 'same' as const }),
      })),
    ),
    file('Episode 3 conform/audio/ep03_mix_51.wav', 2140 * MB, 1, {
      look: 'replaces',
      existingMtimeMs: Date.UTC(2026, 1, 18),
    }),
    file('Episode 3 conform/audio/ep03_me_stereo.wav', 713 * MB, 1),
    file('Episode 3 conform/audio/ep03_dx_stem.wav', 2070 * MB, 1, {
      look: 'replaces',
      existingMtimeMs: Date.UTC(2026, 1, 18),
    }),
    file('Episode 3 conform/editorial/ep03_v12_ref.mov', 211 * MB, 1),
    file('Episode 3 conform/editorial/ep03_v12.aaf', 2.81 * MB, 1),
    file('Episode 3 conform/editorial/notes: Lisa?.txt', 4000, 1, {
      look: 'name-mapped',
      becomes: 'notes%3A Lisa%3F~tern-0lq5j8v2.txt',
    }),
    file('stills.zip', 36.1 * MB, 2),
    file('relink.command', 14_000, 3, { look: 'program' }),
  ],
  tasks: [1, 2, 3].map((n) => ({
    id: task(n),
    uri: String(n),
    name: ['Episode 3 conform', 'stills.zip', 'relink.command'][n - 1] ?? '',
  })),
  location: {
    token: 'preset',
    rootPath: '/home/me/Downloads/Tern',
    subPath: 'Lisa',
    freeBytes: 412 * GB,
    totalBytes: 1000 * GB,
    sameFiles: 31,
    sameBytes: 12.2 * GB,
    replacedFiles: 2,
  },
}

function file(
  path: string,
  sizeBytes: number,
  taskNumber: number,
  extra: Partial<IncomingDetails['entries'][number]> = {},
) {
  return { path, kind: 'file' as const, sizeBytes, taskId: task(taskNumber), ...extra }
}

export const consentRow = row('Nightly pull', {
  from: 'here',
  to: 'hq',
  status: 'waiting',
  waitsOnYou: 'consent',
  reason: { code: 'consent', params: { path: '/home/me/Renders', mode: 'read', requestedBy: 'John' }, action: 'look' },
})

export const consentDetails: IncomingDetails = {
  ...conformDetails,
  key: consentRow.key,
  kind: 'consent',
  name: 'Nightly pull',
  from: { name: 'John', online: true },
  entries: [],
  tasks: [],
  files: 0,
  bytes: 0,
  consent: {
    path: '/home/me/Renders',
    mode: 'read',
    exists: true,
    folder: '/home/me/Renders',
    asked: 'question',
  },
}

export const incomingScenario: Scenario = {
  ...everyStateScenario,
  answers: { 'incoming.details': conformDetails },
}

export const pickedItems = [
  { token: 'item-1', name: 'reel_02', kind: 'folder', displayPath: '/home/me/reel_02' },
  { token: 'item-2', name: 'reel_02_ref.mov', kind: 'file', displayPath: '/home/me/reel_02_ref.mov' },
  { token: 'item-3', name: 'reel_02.edl', kind: 'file', displayPath: '/home/me/reel_02.edl' },
] as const

/** The fourth picture. */
export const sendScenario: Scenario = {
  ...everyStateScenario,
  answers: {
    'pick.items': pickedItems,
    'send.measure': {
      files: 2318,
      bytes: 48.5 * GB,
      items: [
        { token: 'item-1', files: 2316, bytes: 46.1 * GB },
        { token: 'item-2', files: 1, bytes: 2.38 * GB },
        { token: 'item-3', files: 1, bytes: 41_000 },
      ],
    },
    'send.folder': {
      entries: [
        { name: 'lfm', kind: 'folder' },
        { name: 'mix', kind: 'folder' },
        { name: 'readme.txt', kind: 'file' },
      ],
      isComplete: true,
    },
    'send.specification': {
      json: JSON.stringify(
        {
          code: 'Reel 2 for conform',
          tasks: pickedItems.map((item) => ({ source: item.displayPath, destination: 'lisa@example.com' })),
          settings: { transfer_exclude: '*.tmp' },
        },
        null,
        2,
      ),
    },
    'send.submit': { keys: [], invitations: [] },
  },
}

export const platesRow = everyState.find((each) => each.name === 'LFM 114 plates') ?? incomingRow

function taskRow(n: number, extra: Partial<TaskRow>): TaskRow {
  return {
    id: task(n),
    uri: String(n),
    path: `plates/114_${200 + n * 10}`,
    kind: 'folder',
    status: 'queued',
    sizeBytes: 50.9 * GB,
    bytesVerified: 0,
    ...extra,
  }
}

/** The second picture, and its log. */
export const detailsScenario: Scenario = {
  ...everyStateScenario,
  answers: {
    'transfers.tasks': {
      rows: [
        taskRow(9, { status: 'executing', sizeBytes: 96.2 * GB, bytesVerified: 57 * GB }),
        taskRow(10, { status: 'executing', sizeBytes: 48 * GB, bytesVerified: 5 * GB }),
        taskRow(11, { status: 'queued', sizeBytes: 52.4 * GB }),
        taskRow(12, {}),
        taskRow(8, {
          status: 'done',
          sizeBytes: 88.1 * GB,
          finishedAtMs: todayAt(0, 29),
          result: { ...noResult, filesDone: 1204 },
        }),
        taskRow(7, { status: 'done', sizeBytes: 91.7 * GB, result: { ...noResult, filesAlreadyThere: 412 } }),
        taskRow(6, { status: 'failed', error: { code: 'SOURCE_CHANGED', params: { path: 'plates/114_260' } } }),
      ],
      total: 7,
    },
    'transfers.details': {
      key: platesRow.key,
      settings: {
        transfer_exclude: { value: '*.tmp,.DS_Store', level: 'job', alsoFrom: ['workspace'] },
        transfer_speedlimit: { value: '40', level: 'queue' },
        transfer_ignore_existing: { value: 'file', level: 'share' },
        job_max_retries: { value: '5', level: 'workspace' },
      },
      specification: {
        code: 'LFM 114 plates',
        tasks: [{ source: '/work/plates', destination: 'share=projects/lfm/114/' }],
      },
      sourceText: '/work/plates',
      destinationText: 'share=projects/lfm/114/',
    },
    'transfers.log': {
      rows: [
        {
          atMs: todayAt(0, 32),
          level: 'info',
          code: 'dispatch.started',
          params: { epoch: 2, from: 'edit-01', to: 'hq-1', tasks: 7 },
        },
        {
          atMs: todayAt(0, 31),
          level: 'warning',
          code: 'dispatch.interrupted',
          params: { epoch: 1, error: 'PEER_LOST' },
        },
        { atMs: todayAt(0, 22), level: 'info', code: 'job.created', params: { userName: 'You', tasks: 7 } },
      ],
    },
  },
}

/** Two settings of a workspace that are not as Tern has them. */
export const preferencesScenario: Scenario = {
  ...emptyScenario,
  answers: {
    'settings.list': { settings: { transfer_exclude: '*.tmp,.DS_Store', job_max_retries: '5' } },
    'settings.set': { settings: { transfer_exclude: '*.tmp,.DS_Store', job_max_retries: '8' } },
  },
}

/** A member of both workspaces who is no admin of either. */
export const memberScenario: Scenario = {
  ...preferencesScenario,
  view: {
    ...baseView,
    workspaces: baseView.workspaces.map((workspace) => ({
      ...workspace,
      me: { ...workspace.me, role: 'standard' as const },
    })),
  },
}
