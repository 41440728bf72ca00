import { hostname, platform, userInfo } from 'node:os'

const systems: Readonly<Partial<Record<NodeJS.Platform, 'windows' | 'linux' | 'mac'>>> = {
  win32: 'windows',
  linux: 'linux',
  darwin: 'mac',
}

/** What the workspace is told of the machine, for those who look after it. What cannot be known is left out. */
export function thisMachine(): { readonly os?: 'windows' | 'linux' | 'mac'; hostname: string; username?: string } {
  const os = systems[platform()]
  const username = accountName()
  return {
    ...(os !== undefined && { os }),
    hostname: hostname().slice(0, 255),
    ...(username !== undefined && { username }),
  }
}

/** An account that the system's list does not have, as in some containers, has no name. */
function accountName(): string | undefined {
  try {
    return userInfo().username.slice(0, 255)
  } catch {
    return undefined
  }
}
