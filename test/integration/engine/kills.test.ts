import { expect, test } from 'vitest'
import { allowedAgainBytes, distributionOf, killMany } from '../../helpers/engine-kills.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test('killed at any moment, sender, receiver or both: every file is old or new, and it goes on', {
  timeout: 90_000,
}, async () => {
  const stories = await killMany(tempFolder(), [1000, 1001], 4)
  for (const story of stories) expect(story.againBytes).toBeLessThanOrEqual(allowedAgainBytes(story))
  console.log(`back to content: ${distributionOf(stories.flatMap((story) => story.backToSendingMs))}`)
})
