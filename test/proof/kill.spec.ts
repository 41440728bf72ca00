import { expect, test } from '../e2e/fixtures.ts'
import { killSentence, runKills, type Victim } from '../helpers/app/kill-run.ts'
import { agreeToQuit, openStudio } from '../helpers/app/people.ts'

const fileBytes = 300_000_000
/**
 * Ten points in all, the last one well before everything is on its way already. In three apps, because one whose
 * process dies five times stops and asks, as it should.
 */
const rounds = [
  [0.05, 0.3, 0.55, 0.8],
  [0.15, 0.45, 0.75],
  [0.35, 0.65, 0.85],
]
/** What a lane may have in flight or not yet on the disk. */
const lossBytesPerKill = 4 * (16 << 20)

const runs = (['engine', 'storage', 'main'] satisfies Victim[]).flatMap((victim) =>
  rounds.map((cuts) => ({ victim, cuts })),
)

for (const { victim, cuts } of runs) {
  test(`kill -9 of ${victim} at ${cuts.join(', ')} of 300 MB`, async ({ launch, desktop }) => {
    const { john, storageFolder } = await openStudio(launch, desktop.folder)
    const figures = await runKills(john, {
      victim,
      fileBytes,
      cuts,
      bytesPerSecond: 60_000_000,
      folder: desktop.folder,
      storageFolder,
      relaunch: async () => {
        const again = await launch({ profile: 'john' })
        await agreeToQuit(again)
        return again
      },
    })
    console.log(killSentence(figures))
    expect(figures.isEqual).toBe(true)
    expect(figures.bytesSentAgain).toBeLessThanOrEqual(cuts.length * lossBytesPerKill)
  })
}
