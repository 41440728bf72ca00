import { expect, test } from 'vitest'
import { moveOverBadNetwork } from '../helpers/bad-network.ts'

const mebibyte = 1024 * 1024
const rounds = 60
/** What a run that broke off may have in flight on its four lanes. */
const lossBytesPerRun = 4 * 16 * mebibyte

test(`${rounds} trees over a network that cuts and damages lanes: each arrives whole`, async () => {
  let [runs, cuts, damages, totalBytes, againBytes] = [0, 0, 0, 0, 0]
  for (let seed = 0; seed < rounds; seed += 1) {
    const round = await moveOverBadNetwork(seed)
    expect(round.after, `seed ${seed}`).toEqual(round.before)
    for (const code of round.brokenRuns) expect(code).toBe('PEER_LOST')
    expect(round.againBytes, `seed ${seed}`).toBeLessThanOrEqual(round.brokenRuns.length * lossBytesPerRun)
    runs += 1 + round.brokenRuns.length
    cuts += round.cuts
    damages += round.damages
    totalBytes += round.totalBytes
    againBytes += round.againBytes
  }
  const size = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MiB`
  console.log(
    `${rounds} trees, ${size(totalBytes)}, in ${runs} runs; ${cuts} cuts, ${damages} damages; ${size(againBytes)} sent again`,
  )
})
