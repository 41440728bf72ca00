/**
 * An e-mail address as people sign up with it. In ASCII, so that an address has one form and its case is the same
 * everywhere: who is written to in a way that nobody can sign up with could never take what is sent.
 */
export const emailPattern = "[A-Za-z0-9_'+-]+(?:\\.[A-Za-z0-9_'+-]+)*@(?:[A-Za-z0-9][A-Za-z0-9-]*\\.)+[A-Za-z]{2,}"

export const maxEmailLength = 254

const whole = new RegExp(`^${emailPattern}$`)

export function isEmail(text: string): boolean {
  return text.length <= maxEmailLength && whole.test(text)
}
