import { afterAll, beforeAll, expect, it } from 'vitest'
import { deliveries } from './deliveries.ts'
import { frame } from './frame.ts'
import { people } from './people.ts'
import { coverage } from './proves.ts'
import { queries } from './queries.ts'
import { ofClientsAlone } from './rows.ts'
import { Setting } from './setting.ts'
import { shares } from './shares.ts'
import { transfers } from './transfers.ts'

const setting = new Setting()
beforeAll(() => setting.open())
afterAll(() => setting[Symbol.asyncDispose]())

frame(setting)
transfers(setting)
queries(setting)
people(setting)
deliveries(setting)
shares(setting)

it('nothing of the description is left out', () => {
  const { count, covered, uncovered } = coverage()
  console.info(`rows covered ${covered} of ${count} (${Math.floor((100 * covered) / count)} %)`)
  console.info(`of clients alone, and counted apart: ${Object.keys(ofClientsAlone).length}`)
  expect(uncovered).toEqual([])
})
