import { workspaceFolderIn } from '../../hosting/hosted-workspace.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { type AdminCommand, type AdminInputs, callAdmin } from '../../workspace/index.ts'

/** Runs a command on the workspace of a data folder. */
export function askWorkspace<Name extends AdminCommand>(folder: string, name: Name, input: AdminInputs[Name]) {
  return atWorkspace(folder, (at) => callAdmin(at, name, input))
}

/** `work` is given the folder inside; where no workspace is, the error names the one that somebody wrote. */
export async function atWorkspace<Answer>(folder: string, work: (at: string) => Promise<Answer>): Promise<Answer> {
  try {
    return await work(workspaceFolderIn(folder))
  } catch (thrown) {
    const { code, params } = TernError.from(thrown)
    if (code !== 'NOT_FOUND' || params.entity !== 'workspace') throw thrown
    throw new TernError('NOT_FOUND', { entity: 'workspace', path: folder }, { cause: thrown })
  }
}
