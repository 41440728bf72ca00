import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorTable, TernError } from '../../../../src/shared/domain/errors.ts'
import { parsePlace } from '../../../../src/shared/domain/notation/notation.ts'
import { normaliseSpecification } from '../../../../src/shared/domain/specification/job-specification.ts'
import { errorSentence } from '../../../../src/shared/words/error-sentence.ts'
import { errorSentences } from '../../../../src/shared/words/errors.ts'
import { jobExamples } from '../domain/specification/document-examples.ts'

const clock = { nowMs: Date.UTC(2026, 10, 21, 14, 32), timeZone: 'UTC' }
const codes = Object.keys(errorTable) as ErrorCode[]

describe('every code', () => {
  test.each(codes)('%s has a whole sentence without any parameter', (code) => {
    const { sentence } = errorSentence({ code }, clock)
    expect(sentence).toMatch(/^[A-Z"]/)
    expect(sentence).not.toContain('{')
    expect(sentence.length).toBeLessThan(120)
    expect(sentence).not.toContain(code)
  })

  test.each(codes)('%s has a richer sentence only before the plain one', (code) => {
    const sentences: readonly string[] = errorSentences[code]
    expect(sentences.at(-1)).not.toContain('{')
    for (const richer of sentences.slice(0, -1)) expect(richer).toContain('{')
  })

  test('what a person has to change first, or can try again, offers an action or says what to do', () => {
    for (const code of codes) {
      if (errorTable[code].retry === 'never') continue
      const { sentence, action } = errorSentence({ code }, clock)
      const saysWhat = /\. [A-Z]|, or |asks for|is starting|took over|ran out|Choose|keyring|wrong|Too many/.test(
        sentence,
      )
      expect(action !== undefined || saysWhat, `${code}: ${sentence}`).toBe(true)
    }
  })

  test('codes of a newer version read like an unknown error', () => {
    expect(errorSentence({ code: 'FROM_THE_FUTURE' }, clock)).toEqual(errorSentence({ code: 'INTERNAL' }, clock))
    expect(errorSentence({ code: 'constructor' }, clock)).toEqual(errorSentence({ code: 'INTERNAL' }, clock))
  })
})

describe('exact sentences', () => {
  test.each<[ErrorCode, Record<string, string | number>, Record<string, string>, string]>([
    ['DISK_FULL', { neededBytes: 12_400_000_000 }, { place: 'John' }, "John's disk is full, 12.4 GB more needed"],
    ['DISK_FULL', {}, {}, 'The disk is full'],
    [
      'DISK_FULL',
      { neededBytes: 900e12, reservedBytes: 900.07e12 },
      { place: 'berlin' },
      'berlin keeps 900 TB free (transfer_reserved_space), 900 TB more needed',
    ],
    [
      'PATH_NOT_GRANTED',
      { path: '/etc', problem: 'outside-files', clientName: 'edit-7' },
      {},
      'edit-7 may not use /etc. Start its server with --files for it, or assign another path',
    ],
    [
      'PATH_NOT_GRANTED',
      { path: '/etc', problem: 'outside-files' },
      {},
      'The server may not use /etc. Start it with --files for it, or assign another path',
    ],
    [
      'NOT_SIGNED_IN',
      { problem: 'no-invitation' },
      {},
      'This server has not joined a workspace yet. Add --join with an invitation, which tern server invite prints',
    ],
    [
      'SPEC_INVALID',
      { advice: 'timetable', entry: 'mon-fry 5' },
      {},
      'Write days, times and MB/s, such as mon-fri 08:00-18:00 5. mon-fry 5 is not like that',
    ],
    ['DRIVE_GONE', { drive: 'Field' }, {}, 'The drive Field is not connected'],
    ['TARGET_NOT_WRITABLE', { path: 'projects/lfm' }, { place: 'hq' }, 'hq may not write to projects/lfm'],
    ['TARGET_LOCKED', { path: 'a.mov' }, {}, 'Locked by another program'],
    ['PEER_KEY_MISMATCH', {}, { peer: 'hq' }, 'hq has a new key. Check it before sending'],
    ['SOURCE_UNREADABLE', { path: 'D:/Renders/a.exr' }, {}, 'D:\\Renders\\a.exr may not be read'],
    ['PEER_KEY_MISMATCH', { name: 'edit-7' }, { peer: 'hq' }, 'edit-7 has a new key. Check it before sending'],
    [
      'FORBIDDEN',
      { operation: 'share/create', needs: 'admin' },
      {},
      'Only an admin may do this. Ask an admin of the workspace',
    ],
    [
      'FORBIDDEN',
      { operation: 'dispatch/claim', needs: 'client' },
      {},
      'Your account may not do this. An admin of the workspace can allow it',
    ],
    ['FORBIDDEN', { share: 'projects' }, {}, 'Your account may not use the share projects'],
    ['NOT_FOUND', { entity: 'transfer', id: 'abc' }, {}, 'There is no such transfer here'],
    ['NOT_FOUND', { entity: 'server', site: 'berlin' }, {}, 'No server of the site berlin has joined yet'],
    ['NOT_FOUND', { entity: 'server', site: 'berlin', name: 'b-2' }, {}, 'The site berlin has no server b-2'],
    [
      'NOT_FOUND',
      { what: 'person', email: 'mia@example.com' },
      {},
      'Nobody here has the e-mail address mia@example.com',
    ],
    [
      'NOT_FOUND',
      { entity: 'workspace', path: '/srv' },
      {},
      '/srv holds no workspace. Name the folder of one, or make one first',
    ],
    [
      'FILE_EXISTS',
      { entity: 'workspace', path: '/srv' },
      {},
      '/srv holds a workspace already. Use that one, or name another folder',
    ],
    [
      'BAD_REQUEST',
      { jsonPath: '$.status', problem: 'not-one-of', allowed: 'paused, done' },
      {},
      '$.status: write one of paused, done',
    ],
    [
      'CONFLICT',
      { status: 'waiting', problem: 'job-open' },
      {},
      'This job is not finished. Abort it first, or delete it with force',
    ],
    ['NOT_FOUND', { kind: 'share', code: 'abc' }, {}, 'There is no such share here'],
    [
      'PARTY_UNKNOWN',
      { party: 'sam@example.com', problem: 'no-machine' },
      {},
      'sam@example.com has no computer in this workspace yet',
    ],
    [
      'UNSUPPORTED',
      { feature: 'mapped-share' },
      {},
      "Shares on a person's computer are not known. Write the whole path there, or leave it out",
    ],
    ['UNSUPPORTED', { feature: 'delivery=' }, {}, 'Tern cannot do this: delivery='],
    [
      'PATH_INVALID',
      { path: '//./COM1', problem: 'device' },
      {},
      '\\\\.\\COM1 names a device. Write the path of a file or folder',
    ],
    ['PATH_INVALID', { path: '/x', problem: 'no-volume' }, {}, '/x lies on no share of this workspace'],
    ['CONFLICT', { name: 'setup' }, {}, 'It was changed elsewhere in the meantime. Look again'],
    ['STALLED', { afterMs: 60_000 }, {}, 'No data for 60 s'],
    [
      'SPEC_INVALID',
      { jsonPath: '$', advice: 'same-party' },
      {},
      'A job has one source and one destination, and both are the same here',
    ],
    ['TOO_MANY_REQUESTS', { retryAfterSeconds: 30 }, {}, 'Too many attempts. Try again in 30 s'],
  ])('%s %j', (code, params, extra, sentence) => {
    expect(errorSentence({ code, params }, clock, extra).sentence).toBe(sentence)
  })

  test('actions have labels', () => {
    expect(errorSentence({ code: 'DISK_FULL' }, clock).action).toEqual({ id: 'retry', label: 'Retry' })
    expect(errorSentence({ code: 'DRIVE_GONE' }, clock).action).toEqual({
      id: 'choose-another',
      label: 'Choose another…',
    })
    expect(errorSentence({ code: 'PEER_KEY_MISMATCH' }, clock).action).toEqual({
      id: 'compare-keys',
      label: 'Compare keys…',
    })
    expect(errorSentence({ code: 'FORBIDDEN' }, clock).action).toBeUndefined()
  })
})

function sentenceOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return errorSentence(TernError.from(error).toEnvelope(), clock).sentence
  }
  return 'no error'
}

describe('errors of the job language say where and what would be right', () => {
  test.each<[unknown, string]>([
    [{ source: 'share=p/a', priority: 0 }, '$.priority: write a whole number from 1 to 1000, 1000 goes first'],
    [{ tasks: [{ source: 'site=berlin' }] }, '$.tasks[0].source: add the path of a file or folder behind the party'],
    [{ source: 'share=p/a', status: 'running' }, '$.status: write one of waiting, paused'],
    [{ source: 'share=p/a', recipients: ['mia'] }, '$.recipients[0]: write an e-mail address'],
  ])('%j', (spec, sentence) => {
    expect(sentenceOf(() => normaliseSpecification(spec))).toBe(sentence)
  })

  test.each(jobExamples.filter((example) => example.corrected !== undefined))('$section, as printed', ({ printed }) => {
    expect(sentenceOf(() => normaliseSpecification(printed))).toMatch(/^This is not valid JSON/)
  })

  test.each([
    ['share=a/../b', 'share=a/../b: leave out the dots that lead upwards'],
    ['C:x', 'C:x: write a slash behind the drive letter'],
    ['site=:x', 'site=:x: write the code of a site behind site='],
  ])('%s', (text, sentence) => {
    expect(sentenceOf(() => parsePlace(text))).toBe(sentence)
  })
})

describe('hostile parameters', () => {
  test('line breaks and direction marks cannot forge a sentence', () => {
    const path = 'a.mov\nEverything is fine\u202Etxt.exe'
    expect(errorSentence({ code: 'SOURCE_NOT_FOUND', params: { path } }, clock).sentence).toBe(
      'a.mov Everything is fine txt.exe is not there',
    )
  })

  test('long paths keep their end', () => {
    const { sentence } = errorSentence(
      { code: 'SOURCE_NOT_FOUND', params: { path: `${'a/'.repeat(500)}end.mov` } },
      clock,
    )
    expect(sentence.length).toBeLessThan(200)
    expect(sentence).toMatch(/^….*end\.mov is not there$/)
  })

  test('a value is never read as a placeholder', () => {
    const params = { path: '{place}', place: 'x' }
    expect(errorSentence({ code: 'SOURCE_NOT_FOUND', params }, clock).sentence).toBe('{place} is not there')
  })
})
