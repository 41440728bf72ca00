import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationName } from '../../../src/shared/contract/operations.ts'
import { Stage } from './matrix-support.ts'
import type { TestClient } from './support.ts'

/** Where a grant is, seen from the folder `a/b` of a share, which is `reel` of the volume `films`. */
interface Position {
  readonly share: 'own' | 'volume'
  readonly path: string
  /** Holds `a/b` itself. */
  readonly covers: boolean
  /** Holds what else lies in `a`, too. */
  readonly coversBeside: boolean
  /** Lies below `a/b`, which leads there. */
  readonly leadsOn?: true
}

const positions: Readonly<Record<string, Position>> = {
  'at the volume': { share: 'volume', path: '', covers: true, coversBeside: true },
  'at a folder of the volume': { share: 'volume', path: 'reel/a', covers: true, coversBeside: true },
  'at another folder of the volume': { share: 'volume', path: 'other/a/b', covers: false, coversBeside: false },
  'at a folder of the volume with a longer name': {
    share: 'volume',
    path: 'reel/ab',
    covers: false,
    coversBeside: false,
  },
  'at the share': { share: 'own', path: '', covers: true, coversBeside: true },
  above: { share: 'own', path: 'a', covers: true, coversBeside: true },
  on: { share: 'own', path: 'a/b', covers: true, coversBeside: false },
  below: { share: 'own', path: 'a/b/c', covers: false, coversBeside: false, leadsOn: true },
  beside: { share: 'own', path: 'a/c', covers: false, coversBeside: false },
  'beside, by a longer name': { share: 'own', path: 'a/bb', covers: false, coversBeside: false },
  'beside, by a shorter name': { share: 'own', path: 'a/', covers: true, coversBeside: true },
  'in other letters': { share: 'own', path: 'A/B', covers: false, coversBeside: false },
}

const rights = { read: [true, false], write: [false, true], both: [true, true] } as const

/** What has to be allowed for an operation on `a/b`. */
type Needs = (may: May) => boolean
interface May {
  readonly read: boolean
  readonly write: boolean
  /** Writing what lies beside it, as where it is renamed to. */
  readonly writeBeside: boolean
  readonly seesName: boolean
  readonly leadsOn: boolean
  /** Writing where uploads of deliveries lie. */
  readonly uploads: boolean
  /** Admins give rights away whatever a site lets be done. */
  readonly grants: boolean
  /** The person’s home may be read, which lies at the same site. */
  readonly readsHome: boolean
}
interface Ask {
  readonly operation: OperationName
  readonly input: (place: Place) => unknown
  readonly needs: Needs
  /** Only those who run the workspace may at all. */
  readonly isOperators?: true
  /** Errors that come after the rights; no storage is there to answer. */
  readonly beyond?: readonly string[]
}
interface Place {
  readonly text: string
  readonly code: string
  readonly id: string
  readonly sam: string
  readonly jobFrom: string
  readonly jobTo: string
}

const read: Needs = (may) => may.read
const write: Needs = (may) => may.write
const list: Needs = (may) => may.read || may.leadsOn
const away = ['PEER_UNREACHABLE']
const asks: Readonly<Record<string, Ask>> = {
  list: { operation: 'file/list', input: ({ text }) => ({ path: text }), needs: list, beyond: away },
  'list folders': {
    operation: 'share/folder',
    input: ({ id }) => ({ shareId: id, path: 'a/b' }),
    needs: list,
    beyond: away,
  },
  size: { operation: 'file/size', input: ({ text }) => ({ path: text }), needs: read, beyond: away },
  exists: {
    operation: 'file/exists',
    input: ({ text }) => ({ path: text }),
    needs: (may) => may.seesName,
    beyond: away,
  },
  'make a folder': { operation: 'file/make-folder', input: ({ text }) => ({ path: text }), needs: write, beyond: away },
  delete: { operation: 'file/delete', input: ({ text }) => ({ path: text }), needs: write, beyond: away },
  rename: {
    operation: 'file/rename',
    input: ({ text }) => ({ path: text, to: 'z' }),
    needs: (may) => may.writeBeside,
    beyond: away,
  },
  move: {
    operation: 'file/move',
    input: ({ text, code }) => ({ path: text, to: `share=${code}/a/z` }),
    needs: (may) => may.writeBeside,
    beyond: away,
  },
  // What may only be put there does not become readable.
  'move to the home': {
    operation: 'file/move',
    input: ({ text }) => ({ path: text, to: '~/z' }),
    needs: (may) => may.write && (may.read || !may.readsHome),
    beyond: ['UNSUPPORTED'],
  },
  'send from': {
    operation: 'transfer/create',
    input: ({ text, sam }) => ({ spec: { source: text, destination: sam }, isTrial: true }),
    needs: read,
  },
  'send to': {
    operation: 'transfer/create',
    input: ({ text }) => ({ spec: { source: '/x', destination: text }, isTrial: true }),
    needs: write,
  },
  'add from': {
    operation: 'task/create',
    input: ({ text, jobFrom }) => ({ jobId: jobFrom, spec: { tasks: [text] } }),
    needs: read,
  },
  'add to': {
    operation: 'task/create',
    input: ({ text, jobTo }) => ({ jobId: jobTo, spec: { tasks: [{ source: '/x', destination: text }] } }),
    needs: write,
  },
  grant: {
    operation: 'acl/create',
    input: ({ id, sam }) => ({ user: sam, share: id, path: 'a/b', mayRead: true, mayWrite: false }),
    needs: (may) => may.grants,
    isOperators: true,
  },
  collect: {
    operation: 'collection/create',
    input: ({ text }) => ({ name: 'C', files: [text] }),
    needs: read,
    isOperators: true,
  },
  deliver: {
    operation: 'delivery/create',
    input: ({ text, sam }) => ({ name: 'D', files: [text], recipients: [sam] }),
    needs: (may) => may.read && may.uploads,
    isOperators: true,
  },
  'ask for files': {
    operation: 'delivery/create',
    input: ({ text, sam }) => ({ name: 'D', kind: 'request', destination: text, recipients: [sam] }),
    needs: write,
    isOperators: true,
  },
}

const everything: May = {
  read: true,
  write: true,
  writeBeside: true,
  seesName: true,
  leadsOn: true,
  uploads: true,
  grants: true,
  readsHome: true,
}
const nothing: May = {
  read: false,
  write: false,
  writeBeside: false,
  seesName: false,
  leadsOn: false,
  uploads: true,
  grants: false,
  readsHome: true,
}

let stage: Stage
let films: string
let checked = 0
const places = new Map<string, Place>()

beforeAll(async () => {
  stage = await Stage.open()
  const { john, lisa, mia, sam } = stage
  films = (
    (await stage.call(john, 'share/create', { code: 'films', name: 'Films', kind: 'volume', path: '/srv/films' })) as {
      id: string
    }
  ).id
  const reel = { code: 'reel', name: 'Reel', kind: 'folder', parent: 'films', path: 'reel' } as const
  const { id } = (await stage.call(john, 'share/create', reel)) as { id: string }
  for (const who of [john, lisa, mia]) {
    const jobTo = (await stage.call(who, 'transfer/create', { spec: { source: '/first', destination: '~/in/' } })) as {
      jobs: { id: string }[]
    }
    const jobs = { jobFrom: await stage.transfer(who), jobTo: jobTo.jobs[0]?.id ?? '' }
    places.set(who.user.id, { text: 'share=reel/a/b', code: 'reel', id, sam: sam.user.email, ...jobs })
  }
})

afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  process.stdout.write(`access by path: ${checked} combinations checked\n`)
})

/** What a person gets for each operation, and what the table says. `unknown`: the share does not exist for them. */
async function compare(who: TestClient, may: May, isUnknown: boolean, what: string): Promise<void> {
  const place = places.get(who.user.id) as Place
  const isStandard = who.user.role === 'standard'
  const found: Record<string, string> = {}
  const expected: Record<string, string> = {}
  await Promise.all(
    Object.entries(asks).map(async ([name, { operation, input, needs, isOperators, beyond = [] }]) => {
      checked += 1
      const { code } = await stage.ask(who.token, operation, input(place))
      found[name] = beyond.includes(code) ? '+' : code
      const isRefused = isOperators && isStandard
      const refusal = isUnknown && !(isRefused && operation !== 'acl/create') ? 'NOT_FOUND' : 'FORBIDDEN'
      expected[name] = needs(may) && !isRefused ? '+' : refusal
    }),
  )
  expect(found, what).toEqual(expected)
}

/** A grant of each kind at each position, one after the other. */
async function compareGrants(who: TestClient): Promise<void> {
  const { id } = places.get(who.user.id) as Place
  for (const [position, at] of Object.entries(positions)) {
    if (at.share === 'volume' && who.user.role === 'standard') continue
    for (const [right, [mayRead, mayWrite]] of Object.entries(rights)) {
      const acl = await stage.acl(who.user.id, at.share === 'volume' ? films : id, {
        read: mayRead,
        write: mayWrite,
        path: at.path,
      })
      const may = {
        read: at.covers && mayRead,
        write: at.covers && mayWrite,
        writeBeside: at.coversBeside && mayWrite,
        seesName: at.covers || at.leadsOn === true,
        leadsOn: at.leadsOn === true,
        uploads: true,
        readsHome: true,
        grants: at.covers && mayWrite,
      }
      // A folder of the volume beside the share shows nothing of it.
      await compare(who, may, position === 'at another folder of the volume', `${right} ${position}`)
      await stage.call(stage.john, 'acl/delete', { id: acl })
    }
  }
}

describe('a folder of a share', () => {
  it('is open to those who run the workspace, and does not exist for others', async () => {
    await compare(stage.john, everything, false, 'admin')
    await compare(stage.lisa, everything, false, 'employee')
    await compare(stage.mia, nothing, true, 'standard')
  })

  it('is open to a standard person as their grant says, wherever that is', async () => {
    await compareGrants(stage.mia)
  })

  it('is open to employees as their grants say, where they need some', async () => {
    const setting = { entity: 'workspace', name: 'share_employee_access' } as const
    await stage.call(stage.john, 'setting/set', { ...setting, value: 'granted' })
    // Deliveries are for those who may use the volume that uploads of them lie on.
    const { lisa } = stage
    const input = { name: 'D', files: ['~/x'], recipients: [lisa.user.id] }
    expect((await stage.ask(lisa.token, 'delivery/create', input)).code).toBe('FORBIDDEN')
    const { id } = (await stage.call(stage.john, 'share/get', { id: 'projects' })) as { id: string }
    const uploads = await stage.acl(lisa.user.id, id, { write: true })
    await compare(lisa, nothing, true, 'no grant')
    await compareGrants(lisa)
    await stage.call(stage.john, 'acl/delete', { id: uploads })
    await stage.call(stage.john, 'setting/set', { ...setting, value: null })
    await compare(stage.lisa, everything, false, 'employee')
  })

  it('lets nobody do what its site lets nobody do', async () => {
    const { sites } = (await stage.call(stage.john, 'site/list', {})) as { sites: { id: never; code: string }[] }
    const id = sites.find(({ code }) => code === 'hq')?.id as never
    const all = await stage.acl(stage.mia.user.id, (places.get(stage.mia.user.id) as Place).id, {
      read: true,
      write: true,
    })
    for (const [mayRead, mayWrite] of [
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      await stage.call(stage.john, 'site/update', { id, mayRead, mayWrite })
      const may = {
        ...everything,
        read: mayRead,
        write: mayWrite,
        writeBeside: mayWrite,
        leadsOn: false,
        uploads: mayWrite,
        readsHome: mayRead,
      }
      for (const who of [stage.john, stage.lisa, stage.mia])
        await compare(who, { ...may, grants: mayWrite || who === stage.john }, false, `site ${mayRead} ${mayWrite}`)
    }
    await stage.call(stage.john, 'site/update', { id, mayRead: true, mayWrite: true })
    await stage.call(stage.john, 'acl/delete', { id: all })
  })
})
