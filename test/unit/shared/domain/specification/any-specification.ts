import fc from 'fast-check'

const component = fc.oneof(
  fc.constantFrom('a', 'shot 010', 'comp_v012.mov', 'Größe', '.hidden', 'null', '10', 'C', 'hq'),
  fc.stringMatching(/^[a-z0-9_. ~@#%-]{1,8}$/).filter((name) => !/^\.+$/.test(name)),
)
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join('/'))
const party = fc.constantFrom(
  '',
  'myworkspace:',
  'site=berlin:',
  'john@example.com:',
  'client=664f53b16aa9149860da9d9c:',
)
const root = fc.constantFrom('/', './', 'share=projects/', 'volume=(default)/', '~/', 'C:\\', '//nas/media/')

export const anySource: fc.Arbitrary<string> = fc
  .tuple(party, root, path, fc.constantFrom('', '/'))
  .map((parts) => parts.join(''))
const anyDestination = fc.oneof(anySource, fc.constantFrom('site=berlin', 'myworkspace:', 'mia@example.com', 'hq'))

/** JSON has no minus zero. */
const asJsonHasIt = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const priority = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }).map(String))
const flag = fc.constantFrom(true, false, 'true', 'false', null)
const settings = fc
  .dictionary(fc.constantFrom('transfer_on_conflict', 'transfer_ignore_existing'), fc.constant('skip'), {
    maxKeys: 1,
  })
  .map((some) =>
    'transfer_ignore_existing' in some ? { transfer_ignore_existing: 'file', transfer_resume_limit: 50 } : some,
  )
const metadata = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 3 }).map(asJsonHasIt), {
  maxKeys: 4,
})
const absentOr = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

const taskObject = fc.record(
  {
    source: anySource,
    destination: anyDestination,
    priority,
    status: fc.constantFrom('queued', 'onhold', 'excluded'),
    settings,
    metadata,
  },
  { requiredKeys: ['source'] },
)
const task = fc.oneof(anySource, taskObject)
const uri = fc.oneof(fc.nat(20).map(String), fc.stringMatching(/^[a-z][a-z0-9 ]{0,6}[a-z]$/))

const tasks = fc.oneof(
  fc.array(task, { minLength: 1, maxLength: 6 }),
  fc
    .uniqueArray(uri, { minLength: 1, maxLength: 6 })
    .chain((uris) => fc.tuple(...uris.map((name) => taskObject.map((one) => ({ ...one, uri: name }))))),
  fc.dictionary(uri, task, { minKeys: 1, maxKeys: 6 }).filter((dictionary) => typeof dictionary.source !== 'string'),
  anySource,
  taskObject,
)
const attributes = {
  name: fc.string({ maxLength: 100, unit: 'binary' }),
  code: fc.constantFrom('Daily backup', '', null),
  priority,
  settings,
  metadata,
  queue: fc.constantFrom('low_prio', ' medium '),
  status: fc.constantFrom('waiting', 'paused', null),
  recipients: fc.array(fc.constantFrom('mia@example.com', 'Sam@example.com', 'sam@example.com')),
  invite: flag,
  mirror_paths: flag,
  mirror: flag,
  append: flag,
  description: fc.string({ maxLength: 30 }),
}

/** Where recipients are named, no destination names anybody. */
function besideRecipients(spec: unknown): unknown {
  const { recipients } = spec as { recipients?: readonly string[] }
  return recipients?.length ? withoutParties(spec) : spec
}

function withoutParties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutParties)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'destination' ? 'preview/' : withoutParties(inner)]),
  )
}

const anyForm: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ ...attributes, tasks }, { requiredKeys: ['tasks'] }),
  fc.record({ ...attributes, source: anySource, destination: absentOr(anyDestination) }, { requiredKeys: ['source'] }),
  fc.array(task, { minLength: 1, maxLength: 6 }),
)

/** Specifications that are right, in every form. */
export const anySpecification: fc.Arbitrary<unknown> = anyForm.map(besideRecipients)
