import { expect, test } from 'vitest'
import { allowedAgainBytes, distributionOf, killMany } from '../helpers/engine-kills.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const killsInStory = 10
const stories = Number(process.env.TERN_KILLS ?? 500) / killsInStory
const mebibyte = 1024 * 1024

test(`${stories * killsInStory} kills of senders, receivers and both over mixed trees`, {
  timeout: 1_200_000,
}, async () => {
  const told = await killMany(
    tempFolder(),
    Array.from({ length: stories }, (_, seed) => seed),
    killsInStory,
  )
  const sum = (of: 'kills' | 'neededBytes' | 'againBytes') => told.reduce((total, story) => total + story[of], 0)
  const most = Math.max(...told.map((story) => story.againBytes / story.kills)) / mebibyte
  console.log(
    `${sum('kills')} kills in ${told.length} trees of ${(sum('neededBytes') / mebibyte).toFixed(0)} MiB: ` +
      `${(sum('againBytes') / mebibyte).toFixed(1)} MiB sent again, at most ${most.toFixed(1)} MiB a kill in one tree`,
  )
  console.log(
    `from the start of both processes to content: ${distributionOf(told.flatMap((story) => story.backToSendingMs))}`,
  )
  console.log(`from when both are there to content: ${distributionOf(told.flatMap((story) => story.meetToSendingMs))}`)
  for (const story of told) expect(story.againBytes).toBeLessThanOrEqual(allowedAgainBytes(story))
})
