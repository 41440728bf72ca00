import type { WireReply } from './wire-client.ts'

/** A failure that a script is told of by an exception with a sentence: what it is meant to see. */
export class ScriptError extends Error {
  readonly code: string

  constructor(code: string, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** A reply that the scripts' client cannot read: an error in its own code, or half of a reply lost. */
export class UnreadableReply extends Error {}

/**
 * Everything that the scripts' client does with a reply before its caller gets it; each reply of the conformance suite
 * goes through here. A reply's dates come back as `Date`.
 * @throws ScriptError as the reply says, UnreadableReply for what the client chokes on
 */
// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
export function readReply({ status, headers, text }: Pick<WireReply, 'status' | 'headers' | 'text'>): any {
  // It would ask again at the new address, by GET and without what it sent.
  if (status >= 300 && status < 400) throw new UnreadableReply(`redirect ${status}`)
  const type = String(headers['content-type'])
  // Without a charset, texts that are no JSON are read as Latin-1.
  if (!/^application\/json(;|$)/.test(type)) throw new UnreadableReply(`content type ${type}`)
  const body = parsed(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new UnreadableReply(`no object: ${text}`)
  const read = withDates(body) as Record<string, unknown>
  // It tells people to call for help, and shows them nothing of what went wrong.
  if ('exception' in read) throw new UnreadableReply(`exception: ${String(read.exception)}`)
  if ('message' in read) throw scriptError(read)
  return read
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UnreadableReply(`no JSON: ${text.slice(0, 200)}`, { cause: error })
  }
}

/** The key alone makes it a failure, whatever stands there. */
function scriptError({ message, message_hr: sentence }: Record<string, unknown>): Error {
  if (typeof message !== 'string' || !/^[A-Z][A-Z0-9_]+$/.test(message)) {
    return new UnreadableReply(`message ${JSON.stringify(message)}`)
  }
  if (typeof sentence !== 'string' || !/\w+ \w+/.test(sentence)) {
    return new UnreadableReply(`message_hr ${JSON.stringify(sentence)}`)
  }
  return new ScriptError(message, sentence)
}

const date = /^\d{2,4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d\d\d)?\n?$/

/** The values of objects, however deep; texts right inside a list are left alone. */
function withDates(value: object): unknown {
  if (Array.isArray(value)) return value.map((each) => (isNested(each) ? withDates(each) : each))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'string' ? dateOrText(each) : isNested(each) ? withDates(each) : each,
    ]),
  )
}

function dateOrText(text: string): string | Date {
  if (text.startsWith('ObjectId:')) throw new UnreadableReply(`the client cuts ${text}`)
  if (!date.test(text)) return text
  const [, year, month, day, hour, minute, second] =
    /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(text)?.map(Number) ?? []
  const read = new Date(`${text}Z`)
  const parts = [
    read.getUTCFullYear(),
    read.getUTCMonth() + 1,
    read.getUTCDate(),
    read.getUTCHours(),
    read.getUTCMinutes(),
    read.getUTCSeconds(),
  ]
  const isReal = String(parts) === String([year, month, day, hour, minute, second])
  // Its own zone is added next, which the first and the last year have no room for.
  const hasRoom = year !== undefined && year > 1 && year < 9999
  if (!isReal || !hasRoom || text.endsWith('\n')) throw new UnreadableReply(`no date: ${JSON.stringify(text)}`)
  return read
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
