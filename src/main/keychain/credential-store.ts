/** The system's store of secrets, as keytar has it. Calls may wait for as long as a person takes to unlock it. */
export interface CredentialStore {
  findCredentials(service: string): Promise<readonly { readonly account: string; readonly password: string }[]>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}

/** Loaded late and by itself: a system without the library behind it must not keep the app from starting. */
export async function loadKeytar(): Promise<CredentialStore> {
  const { default: keytar } = await import('keytar')
  return keytar
}
