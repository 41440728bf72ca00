import { join } from 'node:path'
import { hostWorkspace, joinAs, onlineWorkspace, password } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

test('a second computer signs in with the account of the first, from a new invitation and from a used one', async ({
  launch,
  desktop,
}) => {
  const host = await launch({ profile: 'john' })
  const invitation = await hostWorkspace(host, join(desktop.folder, 'storage'))

  const laptop = await launch({ profile: 'laptop' })
  await laptop.page.getByRole('textbox', { name: 'Invitation' }).fill(invitation)
  await laptop.page.getByRole('button', { name: 'Join' }).click()
  await laptop.page.getByRole('textbox', { name: 'Your name' }).fill('John')
  await laptop.page.getByRole('textbox', { name: 'E-mail' }).fill('john@example.com')
  const typed = laptop.page.getByRole('textbox', { name: 'Password' })
  await typed.fill('something new and long')
  await typed.press('Enter')
  await expect(laptop.page.getByRole('alert')).toHaveText(/has an account here already/)
  await typed.press('Enter')
  await expect(laptop.page.getByRole('alert')).toHaveText('E-mail or password is wrong')
  await typed.fill(password)
  await typed.press('Enter')
  const signedIn = await onlineWorkspace(laptop)
  expect(signedIn).toMatchObject({
    me: { name: 'John', email: 'john@example.com', role: 'admin' },
    isHostedHere: false,
  })

  // The refused join has not used the invitation up.
  const mia = await launch({ profile: 'mia' })
  await joinAs(mia, invitation, 'Mia')
  await mia.quit()
  const { page } = await launch({ profile: 'mia-at-home' })
  await page.getByRole('textbox', { name: 'Invitation' }).fill(invitation)
  await expect(page.getByText('This invitation was used already')).toBeVisible()
  await page.getByRole('button', { name: 'Sign in…' }).click()
  await page.getByRole('textbox', { name: 'E-mail' }).fill('mia@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Transfers' })).toBeVisible()
})
