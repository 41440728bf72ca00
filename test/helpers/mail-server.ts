import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'

export interface ReceivedMail {
  readonly to: string
  readonly login: string | undefined
  readonly text: string
}

/** A mail server on loopback that speaks as much of SMTP as taking mails needs, and refuses when told to. */
export class MailServer implements AsyncDisposable {
  readonly mails: ReceivedMail[] = []
  /** What it answers to each recipient; a test changes it. */
  answer = '250 ok'
  refused = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #waiting: (() => void)[] = []

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(): Promise<MailServer> {
    const server = new MailServer()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async received(count: number): Promise<readonly ReceivedMail[]> {
    await this.until(() => this.mails.length >= count)
    return this.mails
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #serve(socket: Socket): void {
    let [to, login, data] = ['', undefined as string | undefined, undefined as string[] | undefined]
    let rest = ''
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.write('220 ready\r\n')
    const line = (text: string) => {
      if (data) {
        if (text !== '.') return void data.push(text)
        this.mails.push({ to, login, text: data.join('\n').replaceAll('=\n', '') })
        data = undefined
        socket.write('250 taken\r\n')
        return this.#tell()
      }
      const verb = text.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') return void socket.write('250-loopback\r\n250 AUTH PLAIN\r\n')
      if (verb === 'AUTH') {
        login = Buffer.from(text.split(' ').at(-1) ?? '', 'base64')
          .toString()
          .split('\0')
          .slice(1)
          .join(':')
        return void socket.write('235 in\r\n')
      }
      if (verb === 'RCPT') {
        to = /<(.*)>/.exec(text)?.[1] ?? ''
        if (!this.answer.startsWith('250')) this.refused += 1
        socket.write(`${this.answer}\r\n`)
        return this.#tell()
      }
      if (verb === 'DATA') data = []
      socket.write(verb === 'DATA' ? '354 go on\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    }
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const each of lines) line(each)
    })
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
