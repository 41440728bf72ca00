export type KeyringState = 'unlocked' | 'locked' | 'none'

export type Desktop = AsyncDisposable & {
  /** The whole environment for a program on this desktop. */
  readonly env: Record<string, string>
  /** Removed with the desktop; holds its home, data and configuration folders. */
  readonly folder: string
  readonly keyringPassword: string
  /** Types the password into the dialog of a locked keyring. Waits until some program made the dialog appear. */
  readonly unlockKeyring: () => Promise<void>
  readonly close: () => Promise<void>
}

export declare function openDesktop(options?: { keyring?: KeyringState; size?: string }): Promise<Desktop>
