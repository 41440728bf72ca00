import { expect, test } from 'vitest'
import { allowedAgainBytes, distributionOf, type KillStory, killMany } from '../helpers/engine-kills.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const killsInStory = 10
const kills = Number(process.env.TERN_KILLS ?? 500)
/** Of these it is known what each alone has cost. */
const loneKills = Math.ceil(kills / 20 / killsInStory) * killsInStory
const stories = (kills - loneKills) / killsInStory
const mebibyte = 1024 * 1024

test(`${kills} kills of senders, receivers and both over mixed trees`, {
  timeout: 1_200_000,
}, async () => {
  const folder = tempFolder()
  const several = await killMany(folder, seeds(0, stories), killsInStory)
  const alone = await killMany(folder, seeds(10_000, loneKills), 1)
  const told = [...several, ...alone]
  const sum = (of: 'kills' | 'neededBytes' | 'againBytes') => told.reduce((total, story) => total + story[of], 0)
  const most = (stories: readonly KillStory[]) =>
    (Math.max(0, ...stories.map((story) => story.againBytes / story.kills)) / mebibyte).toFixed(1)
  console.log(
    `${sum('kills')} kills in ${told.length} trees of ${(sum('neededBytes') / mebibyte).toFixed(0)} MiB: ` +
      `${(sum('againBytes') / mebibyte).toFixed(1)} MiB sent again, at most ${most(several)} MiB a kill in one tree, ` +
      `${most(alone)} MiB for one of ${alone.length} kills alone`,
  )
  console.log(
    `from the start of both processes to content: ${distributionOf(told.flatMap((story) => story.backToSendingMs))}`,
  )
  console.log(`from when both are there to content: ${distributionOf(told.flatMap((story) => story.meetToSendingMs))}`)
  for (const story of told) expect(story.againBytes).toBeLessThanOrEqual(allowedAgainBytes(story))
})

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}
