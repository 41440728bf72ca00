import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { operationNames } from '../../../src/shared/contract/operations.ts'
import { TestWorkspace } from '../../contract/workspace/support.ts'
import { Mask } from '../../helpers/docs/masked.ts'
import { OperationExamples } from '../../helpers/docs/operation-examples.ts'
import { recordsPage, themePage } from '../../helpers/docs/operation-page.ts'
import { themes } from '../../helpers/docs/operation-sentences.ts'
import { files } from '../../helpers/docs/story-of-files.ts'
import * as story from '../../helpers/docs/story-of-studio.ts'
import { expectFile } from '../../helpers/generated-doc.ts'
import { StoredWorkspace } from '../../helpers/wire/stored-workspace.ts'

const folder = fileURLToPath(new URL('../../../docs/api/', import.meta.url))
const shown = [
  [/(?:127\.0\.0\.1|localhost):\d+/g, 'files.example.com:8443'],
  [/tern:\/\/join\/.*/, 'tern://join/files.example.com:8443/…/…'],
] as const
const examples = new OperationExamples(new Mask(shown))

describe('docs/api', () => {
  it('shows calls of people, and of machines', async () => {
    await using workspace = await TestWorkspace.start()
    const cast = await story.openCast(workspace, examples)
    await story.signIn(cast)
    await story.people(cast)
    await story.places(cast)
    await story.queues(cast)
    await story.transfers(cast)
    await story.deliveries(cast)
    await story.administration(cast)
  })
  it('shows calls about files that are there', async () => {
    await files(await StoredWorkspace.open(), examples)
  })

  it('tells of each operation what it does, with an example that was run', () => {
    const told = Object.values(themes).flatMap(({ operations }) => Object.keys(operations))
    expect([...told].sort()).toEqual([...operationNames].sort())
    expect(operationNames.filter((name) => examples.of(name) === undefined)).toEqual([])
  })

  it.each(Object.keys(themes))('says in %s.md what the contract and the server say', (theme) => {
    expectFile(`${folder}${theme}.md`, themePage(theme, examples))
  })

  it('says what the records hold', () => {
    expectFile(`${folder}records.md`, recordsPage())
  })
})
