import { EventEmitter } from 'node:events'
import type { World } from './world.ts'

let world: World | undefined

export function setSyncedWorld(next: World): void {
  world = next
}

/** A stand-in for `node:child_process`: the program `sync -f` and nothing else. */
export function modelledPrograms(): Record<string, unknown> {
  return {
    spawn: (program: string, _args: readonly string[], options: { stdio: [number] }) => {
      if (program !== 'sync' || !world) throw new Error(`${program} is not modelled`)
      const child = new EventEmitter()
      world.calls.syncDeviceOf(options.stdio[0], (error) => child.emit('exit', error ? 1 : 0))
      return child
    },
  }
}
