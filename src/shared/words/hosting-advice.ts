/** Why a certificate that was given cannot be served. */
export const certificateAdvice = {
  missing: '{path} is not there. Check its name',
  unreadable: '{path} may not be read. Check its permissions',
  certificate: '{path} holds no certificate in PEM',
  key: '{path} holds no private key in PEM, or one with a password',
  'other-key': '{path} is the key of another certificate',
  'not-yet': 'The certificate {path} is not valid yet',
  expired: 'The certificate {path} has expired. Renew it',
} as const

/** Why nobody can be answered at an address. */
export const addressAdvice = {
  taken: 'Port {port} is taken by another program. Choose another',
  forbidden: 'The system does not let Tern use port {port}. Choose one from 1024 on',
  'not-here': '{address} is no address of this computer',
} as const

/** For who names a folder with a workspace that is not there, or makes one where one is. */
export const workspaceFolderAdvice = {
  absent: '{path} holds no workspace. Name the folder of one, or make one first',
  present: '{path} holds a workspace already. Use that one, or name another folder',
} as const

/** For who runs a server of a site, which has no window. */
export const serverAdvice = {
  'no-invitation': [
    'This server has not joined a workspace yet. Add --join with an invitation, which tern server invite prints',
  ],
  'outside-files': [
    '{clientName} may not use {path}. Start its server with --files for it, or assign another path',
    'The server may not use {path}. Start it with --files for it, or assign another path',
  ],
} as const
