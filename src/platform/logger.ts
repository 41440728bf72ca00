import pino from 'pino'

export type Logger = pino.Logger

/** Keys whose values never reach a log. */
const secretPaths = [
  'password',
  'secret',
  'keyFileSecret',
  'token',
  'sessionToken',
  'serverSessionToken',
  'ticket',
  'invitation',
  'privateKey',
  'authorization',
].flatMap((key) => [key, `*.${key}`, `*.*.${key}`])

export interface LoggerOptions {
  readonly name: string
  readonly level?: string
  /** A file to append to; standard error when absent. */
  readonly file?: string
}

/** JSON lines; parameters first, message second: `log.info({ jobId }, 'dispatch started')`. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = pino.destination({ dest: options.file ?? 2, sync: true, mkdir: options.file !== undefined })
  return pino(
    { name: options.name, level: options.level ?? 'info', redact: { paths: secretPaths, censor: '[redacted]' } },
    destination,
  )
}

export const silentLogger: Logger = pino({ level: 'silent' })
