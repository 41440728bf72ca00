import { type Command, Option } from 'commander'
import type { PlaceOptions } from '../shared/domain/notation/notation.ts'
import { say } from '../shared/words/index.ts'

/** What somebody says about a workspace that is not asked. */
export interface KnownCodes {
  readonly workspace?: string
  readonly site?: readonly string[]
}

/**
 * Adds options to name a workspace and its sites: without them a bare word such as `berlin` is a folder, because nothing
 * here knows the workspace that it will be sent to.
 */
export function addKnownCodes(command: Command): Command {
  return command
    .addOption(new Option('--workspace <code>', say('cli.known.workspace')))
    .addOption(new Option('--site <code>', say('cli.known.site')).argParser(collect))
}

function collect(code: string, codes: readonly string[] = []): readonly string[] {
  return [...codes, code]
}

export function placeOptions({ workspace, site = [] }: KnownCodes): Required<Pick<PlaceOptions, 'resolveCode'>> {
  return {
    resolveCode: (code) => {
      if (code === workspace) return { kind: 'workspace', code }
      return site.includes(code) ? { kind: 'site', code } : undefined
    },
  }
}
