import { expect, it } from 'vitest'
import { killServer } from '../helpers/kill-server.ts'

const kills = 50

it(`kill -9 of a whole server, ${kills} times under load`, { timeout: 1_200_000 }, async () => {
  const { lost, transfersDone, acknowledged, slowestStartMs } = await killServer(kills)
  console.log(
    `${kills} kills: ${acknowledged} acknowledged jobs, ${lost.length} lost, ${transfersDone} transfers went on to done, ` +
      `slowest start ${Math.round(slowestStartMs)} ms`,
  )
  expect(lost).toEqual([])
  expect(transfersDone).toBe(kills)
})
