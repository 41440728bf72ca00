import { useEffect, useState } from 'react'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import type { OpenPlace } from './recipient-options.ts'

interface Folders {
  readonly folders: readonly string[]
  readonly isLoading: boolean
  /** There are more than were told. */
  readonly isCut: boolean
  readonly problem: string | undefined
}

const none: Folders = { folders: [], isLoading: false, isCut: false, problem: undefined }

/** The folders beneath an opened place, as its site tells them. */
export function useFolders(place: OpenPlace | undefined): Folders {
  const [found, setFound] = useState<Folders>(none)
  useEffect(() => {
    if (place === undefined) {
      setFound(none)
      return
    }
    let isCurrent = true
    setFound({ ...none, isLoading: true })
    const { share, path } = place
    call('send.folder', { workspaceId: share.workspaceId, code: share.code, path }).then(
      ({ entries, isComplete }) => {
        if (!isCurrent) return
        const folders = entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.name)
        setFound({ ...none, folders, isCut: !isComplete })
      },
      (thrown: unknown) => {
        if (isCurrent) setFound({ ...none, problem: sentenceOf(thrown) })
      },
    )
    return () => {
      isCurrent = false
    }
  }, [place])
  return found
}
