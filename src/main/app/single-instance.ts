import { app } from 'electron'
import { argumentsOf } from './links.ts'

/** One Tern per profile. False: another runs already, has been told what this one was started with, and this one ends. */
export function claimSingleInstance(onSecondStart: (args: readonly string[]) => void): boolean {
  if (!app.requestSingleInstanceLock({ argv: process.argv })) return false
  app.on('second-instance', (_event, argv, _folder, additionalData) => onSecondStart(argumentsOf(additionalData, argv)))
  return true
}
