import { wireRoutes } from '../../../src/workspace/wire/routes.ts'
import { markdownTable } from '../generated-doc.ts'
import type { WireExamples } from './wire-examples.ts'

/** Nouns that take what another one takes, and answer the same way. */
export const otherNames: Readonly<Record<string, string>> = {
  job: 'transfer',
  request: 'delivery',
  volume: 'share',
  folder: 'share',
  home: 'share',
  app: 'client',
  server: 'client',
  userserver: 'client',
  browser: 'client',
  engine: 'compute',
  lane: 'compute',
  stream: 'compute',
}

const groups: readonly (readonly [title: string, about: string, nouns: readonly string[]])[] = [
  [
    'Looking around',
    'What there is, and which attributes it has. `compute`, `engine`, `lane` and `stream` are known and empty.',
    ['entitytypes', 'attributes', 'workspace', 'compute'],
  ],
  ['Transfers and tasks', '`job` says the same as `transfer`.', ['transfer', 'task', 'log']],
  [
    'Deliveries and requests',
    '`request` takes what `delivery` takes. Recipients are those of transfers too.',
    ['delivery', 'job'],
  ],
  ['People and machines', '`app`, `server`, `userserver` and `browser` are `client`s of one kind.', ['user', 'client']],
  ['Sites and queues', '', ['site', 'queue']],
  ['Shares and grants', '`volume`, `folder` and `home` are `share`s of one kind.', ['share', 'acl']],
  ['Files and collections', '`workspace/file` does what `op` says.', ['workspace/file', 'collection', 'file']],
  ['Settings', 'Of a workspace, a share or a queue: [settings](../settings.md).', ['setting']],
]

const intro = `# The scripts' wire

What scripts send that were written for another system's Python client, and what they get: one address, an envelope, an
object back. It is a translation and nothing more: every call runs [operations](../api.md) as the person whose key it shows.

## The frame

- Log in: \`PUT /api/v3/api/login\` with \`{}\`. Everything else: \`/api/v3/event\`, with the verb of the table below. With POST
  and PUT the envelope is the body, with GET and DELETE it is the whole query string, percent-encoded. No \`Content-Type\` is
  needed.
- \`Authorization: basic <base64 of the e-mail>:<base64 of the API key>\`, or the usual \`basic <base64 of e-mail:key>\`. A key
  is made with \`tern key create\` or [\`key/create\`](sign-in.md#keycreate). The session in the envelope is an echo and counts
  for nothing.
- The envelope: \`uri\` says what is asked, in any letters. \`data\` is an object, a list or null; \`gz_data\` is the same, packed
  (gzip, base64). \`query\` is what stands behind WHERE. \`id\` names an entity. \`audience\`, \`workspace\`, \`eid\`, \`session\`,
  \`ident\`, \`created\` and \`hostname\` are sent by clients and only \`workspace\` is looked at: it has to be this one.
- Finds take in \`data\`: \`parent\` \`finished\` \`inactive\` \`archived\` \`limit\` \`skip\` \`attributes\` \`single_entity_query\`.
- An answer is an object with \`result\` (\`report\`, \`api_key\`). A refusal is an object with \`message\`, a code that stays what it
  is, and \`message_hr\`, a sentence for people. Dates are UTC without a zone. Of an id there is a twin that people can read:
  \`user\` and \`user_hr\`.

A whole call, of which the examples below show \`uri\`, \`data\`, \`query\` and \`id\` alone:

\`\`\`http
POST /api/v3/event
Authorization: basic bGlzYUBleGFtcGxlLmNvbQ==:…

{"audience": "api", "workspace": "studio", "eid": "…", "session": "…", "uri": "queue/create",
 "ident": "lisa@example.com", "created": "2026-01-22T12:00:00", "hostname": "desk", "data": {"code": "night"}}
\`\`\``

/** The page about the scripts' wire, with an example of each route. */
export function scriptPage(examples: WireExamples): string {
  const routes = wireRoutes.map(({ verb, uri }) => `${verb} ${uri}`)
  const own = [...new Set(routes)].filter((route) => examples.of(route) !== undefined)
  const sections = groups.map(([title, about, nouns]) => ({
    title,
    about,
    routes: nouns.flatMap((noun) => own.filter((route) => nounOf(route) === noun)),
  }))
  return [
    intro,
    markdownTable(
      ['', 'routes'],
      sections.map(({ title, routes: shown }) => [
        `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`,
        shown.map((route) => `\`${route}\``).join(', '),
      ]),
    ),
    ...sections.flatMap(({ title, about, routes: shown }) => [
      `## ${title}`,
      ...(about === '' ? [] : [about]),
      ...shown.map((route) => `### \`${route}\`\n\n\`\`\`http\n${examples.of(route)}\n\`\`\``),
    ]),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

function nounOf(route: string): string {
  const uri = route.slice(route.indexOf(' ') + 1)
  return uri === 'workspace/file' ? uri : (uri.split('/')[0] ?? '')
}
