import type { Locator, Page } from '@playwright/test'
import { dropFiles } from './drop-files.ts'
import type { TernApp } from './launch-app.ts'

export function rowOnScreen(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('gridcell', { name, exact: true }) })
}

/** The status of a transfer in words, as its row shows them. */
export function statusOnScreen(page: Page, name: string): Locator {
  return rowOnScreen(page, name).locator('.cell-status')
}

/** Drops `path` on the window and fills in the sheet that opens. Answers the sheet, before *Send* is pressed. */
export async function dropForRecipient(app: TernApp, path: string, recipient: string, name: string): Promise<Locator> {
  await dropFiles(app.page, [path])
  const sheet = app.page.getByRole('dialog', { name: 'Send' })
  const field = sheet.getByRole('combobox', { name: 'To whom or where' })
  await field.fill(recipient)
  await sheet
    .getByRole('option', { name: new RegExp(`^${recipient}`) })
    .first()
    .click()
  await sheet.getByRole('textbox', { name: 'Name' }).fill(name)
  return sheet
}

/** What waits on this person: the list, or the one thing that there is. */
export async function openIncoming(app: TernApp): Promise<void> {
  await app.page.getByRole('button', { name: /^Incoming/ }).click()
}

export async function openTransfers(app: TernApp): Promise<void> {
  await app.page.getByRole('button', { name: 'Transfers', exact: true }).click()
}
