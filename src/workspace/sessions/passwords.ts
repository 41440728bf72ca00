import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { TernError } from '../../shared/domain/errors.ts'

const cost: Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>> = { N: 2 ** 15, r: 8, p: 1 }
const keyBytes = 32
const saltBytes = 16
const minLength = 8
const maxRunning = 2
const maxWaiting = 64

/** @throws TernError PASSWORD_WEAK */
export function checkPasswordStrength(password: string): void {
  if (password.length < minLength) throw new TernError('PASSWORD_WEAK', { minLength })
  if (new Set(password).size < 4) throw new TernError('PASSWORD_WEAK', { minLength })
}

/** scrypt with its parameters and salt, as one text: `scrypt$<N>$<r>$<p>$<salt>$<key>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Takes the same time for a person who does not exist: pass undefined. */
export async function verifyPassword(password: string, stored: string | undefined | null): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = (stored ?? decoy).split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
  const wanted = Buffer.from(key, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(wanted, found) && stored !== undefined && stored !== null
}

const decoy = ['scrypt', cost.N, cost.r, cost.p, 'A'.repeat(22), Buffer.alloc(keyBytes).toString('base64url')].join('$')

let running = 0
const waiting: (() => void)[] = []

/** scrypt takes 32 MB and a core for a moment: few at a time, and a queue that ends. */
async function derive(password: string, salt: Buffer, options: typeof cost): Promise<Buffer> {
  if (running >= maxRunning) {
    if (waiting.length >= maxWaiting) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 5 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const done = (error: Error | null, key: Buffer) => (error ? reject(error) : resolve(key))
      scrypt(password.normalize('NFKC'), salt, keyBytes, { ...options, maxmem: 64 * 1024 * 1024 }, done)
    })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
