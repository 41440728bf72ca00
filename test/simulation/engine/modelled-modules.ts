import { vi } from 'vitest'

vi.mock('node:fs', async () => (await import('./disk/fs-module.ts')).modelledFs())
vi.mock('node:child_process', async () => (await import('./sync-program.ts')).modelledPrograms())
vi.mock('node:timers/promises', async () => (await import('./timers.ts')).modelledTimers())
vi.mock('../../../src/platform/clock.ts', async () => (await import('./timers.ts')).modelledClock())
vi.mock('node:crypto', async (real) => (await import('./scaled-numbers.ts')).modelledCrypto(await real()))
vi.mock('../../../src/engine/protocol/limits.ts', async (real) =>
  (await import('./scaled-numbers.ts')).scaledLimits(await real()),
)
vi.mock('../../../src/engine/transport/meeting.ts', async () => (await import('./network.ts')).modelledMeeting())
vi.mock('../../../src/engine/transport/tls.ts', () => ({ secureContextOf: () => ({}) }))
// The working folder is the process's own; where it is not to be had the engine goes by paths.
vi.mock('../../../src/engine/storage/folders/working-folder.ts', () => ({
  visitFolder: () => 0,
  isVisiting: () => false,
  leaveFolder: () => undefined,
}))
vi.mock('../../../src/engine/transfer/compare-pace.ts', async () =>
  (await import('./scaled-numbers.ts')).scaledComparePace(),
)
vi.mock('../../../src/engine/transfer/receiving/sync-pace.ts', async (real) =>
  (await import('./scaled-numbers.ts')).scaledPace(await real()),
)
