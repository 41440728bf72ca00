import { existsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describedSchema } from '../../../src/shared/words/specification.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern, startTern, type TernAnswer } from '../../helpers/tern.ts'
import { jobExamples } from '../../unit/shared/domain/specification/document-examples.ts'

interface PrintedMistake {
  readonly path?: string
  readonly line?: number
  readonly code: string
  readonly key: string
  readonly advice: string
  readonly params: Readonly<Record<string, unknown>>
}

const mistakesIn = ({ stdout }: TernAnswer): readonly PrintedMistake[] =>
  (JSON.parse(stdout) as { errors: PrintedMistake[] }).errors

const check = (stdin: string | Buffer): Promise<TernAnswer> => runTern(['job', 'check', '-'], { stdin })

describe('a right specification', () => {
  test('is printed in its normal form, and nothing else is said', async () => {
    expect(await check('{"source":"share=thefilm/a.mov","destination":"lisa@example.com:in/"}')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `{
  "code": "a.mov",
  "tasks": [
    {
      "uri": "0",
      "source": "share=thefilm/a.mov",
      "destination": "lisa@example.com:in/",
      "priority": 500
    }
  ],
  "priority": 500,
  "recipients": [],
  "invite": false,
  "mirror_paths": false,
  "allow_duplicates": true
}
`,
    })
  })

  test('its normal form is a right specification with the same normal form', async () => {
    const first = await check(
      '{"tasks":{"b":{"source":"C:\\\\a","destination":"lisa@example.com","settings":{"transfer_exclude":"*.tmp"}}},"metadata":{"x":{"y":[1,{}]}}}',
    )
    expect(first.exitCode).toBe(0)
    expect(JSON.parse(first.stdout)).toMatchObject({ metadata: { x: { y: [1, {}] } } })
    expect(await check(first.stdout)).toEqual(first)
  })

  test('a bare word is a folder, unless somebody says that it is a party', async () => {
    const stdin = '{"source":"share=a/b","destination":"WHERE"}'
    const destinationOf = async (word: string, ...options: string[]) =>
      JSON.parse((await runTern(['job', 'check', ...options, '-'], { stdin: stdin.replace('WHERE', word) })).stdout)
        .tasks[0].destination as string
    expect(await destinationOf('berlin')).toBe('berlin')
    expect(await destinationOf('berlin', '--site', 'london', '--site', 'berlin')).toBe('site=berlin')
    expect(await destinationOf('ours', '--workspace', 'ours')).toBe('ours:')
  })

  test('what will not do what one may think is told on stderr', async () => {
    const { exitCode, stdout, stderr } = await check(
      '{"source":"share=a/b","destination":"lisa@example.com","settings":{"transfer_encryption":"none"}}',
    )
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ settings: { transfer_encryption: 'none' } })
    expect(stderr).toMatch(/^Note: \$\.settings\.transfer_encryption: .*encrypts.*\n$/)
  })
})

describe('the examples of the job specification document', () => {
  test.each(jobExamples)('$section', async ({ printed, corrected, advice }) => {
    const [answer, mended] = await Promise.all([check(printed), corrected === undefined ? undefined : check(corrected)])
    if (mended === undefined) return expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
    expect(answer.exitCode).toBe(2)
    expect(mistakesIn(answer)).toMatchObject([{ code: 'SPEC_INVALID', ...(advice !== undefined && { key: advice }) }])
    expect(mended).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

test('the schema is printed for editors', async () => {
  const { exitCode, stdout, stderr } = await runTern(['job', 'schema'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(describedSchema())))
})

describe('mistakes', () => {
  test('are told all at once: where, which, and what would be right', async () => {
    const answer = await check(
      '{"tasks":[{"source":"share=a/b","destination":"site=berlin","priority":2000},{"destination":"site=berlin"}]}',
    )
    expect(answer.exitCode).toBe(2)
    expect(mistakesIn(answer)).toEqual([
      {
        path: '$.tasks[0].priority',
        line: 1,
        column: 72,
        code: 'SPEC_INVALID',
        key: 'priority',
        advice: '$.tasks[0].priority: write a whole number from 1 to 1000, 1000 goes first',
        params: {},
      },
      expect.objectContaining({ path: '$.tasks[1].source', key: 'source-missing' }),
    ])
    expect(answer.stderr.split('\n')).toEqual([
      '1:72: $.tasks[0].priority: write a whole number from 1 to 1000, 1000 goes first',
      expect.stringContaining('$.tasks[1].source: say what to send'),
      '',
    ])
  })

  test('name the line in a text that is no JSON', async () => {
    const answer = await check('{\n  "source": "D:\\projects",\n  "destination": "lisa@example.com"\n}')
    expect(mistakesIn(answer)).toMatchObject([{ key: 'json-backslashes', line: 2 }])
    expect(answer.stderr).toMatch(/^2:\d+: /)
  })

  test('name the file in the way that editors follow, and the position once', async () => {
    const missing = write(tempFolder(), '{\n"source": "share=a/b"\n"priority": 1}')
    expect((await runTern(['job', 'check', missing])).stderr).toBe(
      `${missing}:2:22: This is not valid JSON: add a comma\n`,
    )
    const twice = write(tempFolder(), '{"source":"share=a/b","source":"share=a/c"}')
    expect((await runTern(['job', 'check', twice])).stderr).toBe(
      `${twice}:1:23: $.source: source stands twice in one object. Remove or rename one\n`,
    )
  })

  test('several people in the place of one are told where they stand', async () => {
    const answer = await check('{"source":"share=a/b","destination":["lisa@example.com","mia@example.com"]}')
    expect(mistakesIn(answer)).toMatchObject([{ path: '$.destination', key: 'one-place' }])
    expect(answer.stderr).toMatch(/recipients/)
  })

  test('name the task whose path cannot be read', async () => {
    const answer = await check('{"tasks":[{"source":":x","destination":"site=berlin"}]}')
    expect(mistakesIn(answer)).toMatchObject([
      { path: '$.tasks[0].source', code: 'PATH_INVALID', key: 'party-missing', params: { path: ':x' } },
    ])
    expect(answer.stderr).toMatch(/^1:\d+: \$\.tasks\[0\]\.source: :x: name a party before the colon/)
  })

  test('say that there are more than anybody wants to read', async () => {
    const tasks = Array.from({ length: 150 }, () => ({ source: 'share=a/b', priority: 0 }))
    const answer = await check(JSON.stringify({ tasks }))
    expect(mistakesIn(answer)).toHaveLength(100)
    expect(JSON.parse(answer.stdout)).toMatchObject({ hasMore: true })
    expect(answer.stderr).toMatch(/more mistakes/)
  })

  test.each(['null', '7', '"text"', '[]', '{}', '[[[[[]]]]]', '{"tasks":{}}', '\u0000'])(
    '%j is one, not a defect',
    async (text) => {
      const answer = await check(text)
      expect(answer.exitCode).toBe(2)
      expect(mistakesIn(answer).length).toBeGreaterThan(0)
    },
  )
})

describe('what cannot be read', () => {
  const folder = () => tempFolder()

  test.each([
    ['missing', (path: string) => join(path, 'none.json')],
    ['missing', (path: string) => join(path, 'x'.repeat(300))],
    ['folder', (path: string) => path],
    ['empty', (path: string) => write(path, '')],
    ['empty', (path: string) => write(path, ' \n\t')],
    ['encoding', (path: string) => write(path, Buffer.from('{"source":"\xe5"}', 'latin1'))],
    ['encoding', (path: string) => write(path, Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d]))],
    ['encoding', (path: string) => write(path, Buffer.from([0xfe, 0xff, 0x00]))],
    ['encoding', (path: string) => write(path, Buffer.from([0xff, 0xfe, 0x00, 0xd8]))],
    ['too-large', (path: string) => sparse(path, 256 * 1024 * 1024 + 1)],
  ])('%s', async (problem, make) => {
    const file = make(folder())
    const answer = await runTern(['job', 'check', file])
    expect(answer.exitCode).toBe(2)
    expect(mistakesIn(answer)).toMatchObject([{ code: 'INPUT_UNREADABLE', key: problem }])
    expect(answer.stderr.trim()).toBe(mistakesIn(answer)[0]?.advice)
  })

  test('a path through a file is missing', async () => {
    const file = write(folder(), '{}')
    expect(mistakesIn(await runTern(['job', 'check', join(file, 'job.json')]))).toMatchObject([{ key: 'missing' }])
  })

  test('an empty standard input is empty', async () => {
    expect(mistakesIn(await check(''))).toMatchObject([
      { code: 'INPUT_UNREADABLE', key: 'empty', advice: 'standard input is empty' },
    ])
  })
})

describe('encodings', () => {
  const text = '{"source":"share=a/Größe 日本.mov","destination":"lisa@example.com"}'
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, little end first', utf16],
    ['UTF-16, big end first', Buffer.from(utf16).swap16()],
  ])('%s', async (_name, bytes) => {
    const { exitCode, stdout } = await runTern(['job', 'check', write(tempFolder(), bytes)])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ code: 'Größe 日本.mov' })
  })
})

const bigJob = (count: number): string => {
  const path = (index: number) => `share=projects/thefilm/shots/${index.toString().padStart(6, '0')}/render.exr`
  return JSON.stringify({
    tasks: Array.from({ length: count }, (_, index) => ({ source: path(index), destination: 'site=berlin' })),
  })
}

test('an answer is whole, however slowly it is read', async () => {
  const child = await startTern(['job', 'check', write(tempFolder(), bigJob(20_000))])
  let stdout = ''
  child.stdout?.setEncoding('utf8')
  for await (const text of child.stdout ?? []) stdout += text
  expect((JSON.parse(stdout) as { tasks: unknown[] }).tasks).toHaveLength(20_000)
})

test.skipIf(process.platform === 'win32')('a reader that goes away early is no mistake', async () => {
  const child = await startTern(['job', 'check', write(tempFolder(), bigJob(20_000))])
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdout?.once('data', () => child.stdout?.destroy())
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
})

test.skipIf(!existsSync('/dev/full'))(
  'an answer that nobody can keep is told, as no mistake of the writer',
  async () => {
    const file = write(tempFolder(), '{"source":"share=a/b","destination":"lisa@example.com"}')
    expect(await runTern(['job', 'check', file], { stdoutFile: '/dev/full' })).toMatchObject({
      exitCode: 1,
      stderr: 'The answer could not be written (ENOSPC).\n',
    })
  },
)

test('a key cannot command the terminal', async () => {
  const { stderr } = await check('{"source":"share=a/b","destination":"lisa@example.com","\u009b31m":1}')
  expect(stderr).toMatch(/31m/)
  expect(stderr).not.toContain('\u009b')
})

test('100,000 tasks take less than 200 MB, and about a second of the processor', async () => {
  const file = write(tempFolder(), bigJob(100_000))
  const afterwards = `
    const { maxRSS } = process.resourceUsage()
    const { user, system } = process.cpuUsage()
    process.stderr.write(JSON.stringify({ megabytes: maxRSS / 1024, ms: (user + system) / 1000 }))`
  const { exitCode, stdout, stderr } = await runTern(['job', 'check', file], { afterwards })
  expect(exitCode).toBe(0)
  expect((JSON.parse(stdout) as { tasks: unknown[] }).tasks).toHaveLength(100_000)
  const { megabytes, ms } = JSON.parse(stderr) as { megabytes: number; ms: number }
  expect(megabytes).toBeLessThan(200)
  // Time of the processor, with the start of Node and the collector's own threads; the clock is shared with other tests.
  expect(ms).toBeLessThan(2000)
})

function write(folder: string, content: string | Buffer): string {
  const file = join(folder, 'job.json')
  writeFileSync(file, content)
  return file
}

function sparse(folder: string, sizeBytes: number): string {
  const file = write(folder, '{}')
  truncateSync(file, sizeBytes)
  return file
}
