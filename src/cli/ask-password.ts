import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { ReadStream } from 'node:tty'
import { TernError } from '../shared/domain/errors.ts'
import { say } from '../shared/words/index.ts'
import type { Terminal } from './terminal.ts'

const longestLine = 4096

/**
 * A password from the first line of standard input, or from whoever sits at the terminal, without showing it. Never from an
 * argument, which every other program can see.
 * @throws TernError INPUT_UNREADABLE `{path, problem}`: no-terminal, empty, different
 */
export async function askPassword(terminal: Terminal, isFromStdin: boolean): Promise<string> {
  if (isFromStdin) return firstLine(terminal.stdin)
  const stdin = terminal.stdin as Partial<ReadStream> & Readable
  if (stdin.isTTY !== true) throw unreadable('no-terminal')
  await terminal.stderr.write(say('cli.password'))
  const password = await readHidden(stdin as ReadStream)
  await terminal.stderr.write(`\n${say('cli.password-again')}`)
  const again = await readHidden(stdin as ReadStream)
  await terminal.stderr.write('\n')
  if (password !== again) throw unreadable('different')
  if (password === '') throw unreadable('empty')
  return password
}

async function firstLine(stdin: Readable): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let text = ''
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    text += decoder.write(chunk)
    if (text.includes('\n') || text.length > longestLine) break
  }
  const line = (text.split('\n', 1)[0] ?? '').replace(/\r$/, '')
  if (line === '') throw unreadable('empty')
  return line
}

/** Keys arrive one by one and are echoed by nobody; Ctrl-C ends the program as it does everywhere. */
function readHidden(stdin: ReadStream): Promise<string> {
  return new Promise((resolve) => {
    const decoder = new StringDecoder('utf8')
    let text = ''
    const end = () => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
    }
    const onData = (chunk: Buffer) => {
      for (const char of decoder.write(chunk)) {
        if (char === '\r' || char === '\n' || char === '\u0004') {
          end()
          return resolve(text)
        }
        if (char === '\u0003') {
          end()
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (char === '\u007f' || char === '\b') text = [...text].slice(0, -1).join('')
        else if (text.length < longestLine) text += char
      }
    }
    stdin.setRawMode(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}

function unreadable(problem: string): TernError {
  return new TernError('INPUT_UNREADABLE', { path: say('cli.input.password'), problem })
}
