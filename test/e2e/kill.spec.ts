import { killSentence, runKills, type Victim } from '../helpers/app/kill-run.ts'
import { agreeToQuit, openStudio } from '../helpers/app/people.ts'
import { expect, test } from './fixtures.ts'

const fileBytes = 120_000_000
/** What one lane may have in flight or not yet on the disk, four lanes at most. */
const lossBytes = 4 * (16 << 20)

for (const victim of ['engine', 'storage', 'main'] satisfies Victim[]) {
  test(`kill -9 of ${victim} in the middle of a large file: it goes on by itself`, async ({ launch, desktop }) => {
    const { john, storageFolder } = await openStudio(launch, desktop.folder)
    const figures = await runKills(john, {
      victim,
      fileBytes,
      cuts: [0.33, 0.67],
      bytesPerSecond: 40_000_000,
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
    expect(figures.bytesSentAgain).toBeLessThanOrEqual(figures.killedAtBytes.length * lossBytes)
  })
}
