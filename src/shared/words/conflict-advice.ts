/** Why something cannot be done to a person, a site, a queue or a machine as things are, and what to do first. */
export const conflictAdvice = {
  'last-admin': 'Somebody must run the workspace. Make another person an admin first',
  'user-has-jobs': 'Jobs of this person are not finished. Finish or abort them first',
  inactive: 'This person was deactivated. Activate them first',
  'not-enabled': 'This person cannot sign in now, so a key would open nothing',
  'main-site': 'This is the main site of the workspace, which stays',
  'site-has-servers': 'Servers are at this site. Move or delete them first',
  'site-has-shares': 'Shares are served from this site. Move them first',
  'site-has-jobs': 'Jobs from or to this site are not finished. Finish or abort them first',
  'default-queue': 'This is where jobs go that name no queue. Make another one the default first',
  'queue-below-itself': 'A queue cannot lie below itself',
  'client-online': 'This machine is connected. Quit Tern on it first',
  'client-has-jobs': 'Jobs from or to this machine are not finished. Finish or abort them first',
  'no-recipients': 'It goes to nobody yet. Add a recipient first',
  'no-files': 'It holds no files yet. Add some first',
  'one-receiver': 'It goes to a folder of one machine, so nobody else can get it. Send it again, to more people',
} as const
