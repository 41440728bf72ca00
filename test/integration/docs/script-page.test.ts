import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { wireRoutes } from '../../../src/workspace/wire/routes.ts'
import { Mask } from '../../helpers/docs/masked.ts'
import { otherNames, scriptPage } from '../../helpers/docs/script-page.ts'
import { scripts } from '../../helpers/docs/story-of-scripts.ts'
import { WireExamples } from '../../helpers/docs/wire-examples.ts'
import { expectFile } from '../../helpers/generated-doc.ts'
import { StoredWorkspace } from '../../helpers/wire/stored-workspace.ts'

const file = fileURLToPath(new URL('../../../docs/api/scripts.md', import.meta.url))

it('docs/api/scripts.md shows each route of the scripts’ wire, as it was asked and answered', async () => {
  const stored = await StoredWorkspace.open()
  const mask = new Mask([[new RegExp(stored.folder, 'g'), '/srv']], { mostShown: 2, mostMembers: 80 })
  const examples = new WireExamples(mask)
  await scripts(stored, examples)
  const untold = wireRoutes.filter(({ verb, uri }) => {
    const [noun = '', ...rest] = uri.split('/')
    const usual = [otherNames[noun] ?? noun, ...rest].join('/')
    return examples.of(`${verb} ${uri}`) === undefined && examples.of(`${verb} ${usual}`) === undefined
  })
  expect(untold.map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([])
  expectFile(file, scriptPage(examples))
})
