import { spawn } from 'node:child_process'

const lookEveryMs = 250

/** Looks whether main is still there, as often as it was told to, and ends it then. */
const guardScript = `
left=$2
while [ "$left" -gt 0 ]; do
  sleep ${lookEveryMs / 1000}
  kill -0 "$1" 2>/dev/null || exit 0
  left=$((left - 1))
done
kill -KILL "$1"
`

/**
 * From now on this process lives for `patienceMs` at most. An exit joins threads, also one that waits for a disk which
 * never answers, and Chromium waits for processes of its own: nothing in here can end that, so somebody outside does.
 * Windows has no shell for it; there the exit itself has the last word.
 */
export function endForCertain(patienceMs: number, onFailure: (error: Error) => void): void {
  if (process.platform === 'win32') return
  const looks = Math.floor(patienceMs / lookEveryMs)
  const guard = spawn('/bin/sh', ['-c', guardScript, 'tern-exit-guard', String(process.pid), String(looks)], {
    stdio: 'ignore',
    // Of its own group: a signal to ours must not end it first.
    detached: true,
  })
  guard.on('error', onFailure)
  guard.unref()
}
