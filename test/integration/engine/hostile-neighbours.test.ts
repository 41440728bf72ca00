import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { readTree } from '../../helpers/tree.ts'

describe('class 6: removing what another item brings', () => {
  test('also where the items have roots of their own, one within the other', async () => {
    await using pair = await createEnginePair()
    mkdirSync(join(pair.target, 'all', 'mine'), { recursive: true })
    writeFileSync(join(pair.source, 'f'), 'f')
    mkdirSync(join(pair.source, 'g'))
    const sync = { isGuarded: false }
    const { received } = await move(pair, {
      send: {
        items: [
          { itemId: '1', root: pair.source, path: 'f' },
          { itemId: '0', root: pair.source, path: 'g' },
        ],
      },
      receive: {
        items: [
          { itemId: '1', root: join(pair.target, 'all', 'mine'), path: 'f', placement: 'as' },
          { itemId: '0', root: pair.target, path: 'all', placement: 'as', sync },
        ],
      },
    })
    expect(received.status).toBe('done')
    expect([...readTree(pair.target).keys()]).toContain('all/mine/f')
  })

  test('a link where one item lands fails that item alone', async () => {
    await using pair = await createEnginePair()
    writeFileSync(join(pair.source, 'f'), 'f')
    mkdirSync(join(pair.source, 'g'))
    symlinkSync(pair.folder, join(pair.target, 'g'))
    const { received } = await move(pair, {
      send: {
        items: [
          { itemId: '0', root: pair.source, path: 'g' },
          { itemId: '1', root: pair.source, path: 'f' },
        ],
      },
      receive: {
        items: [
          { itemId: '0', root: pair.target, path: 'g', placement: 'as', sync: { isGuarded: false } },
          { itemId: '1', root: pair.target, path: 'f', placement: 'as' },
        ],
      },
    })
    expect(received.items.map(({ itemId, status }) => [itemId, status]).sort()).toEqual([
      ['0', 'failed'],
      ['1', 'done'],
    ])
  })
})
