import type { Locator, Page } from '@playwright/test'

/** Drops files and folders as the system would: the page gets trusted events and real paths. */
export async function dropFiles(
  page: Page,
  paths: readonly string[],
  { target, whileHeld }: { target?: Locator; whileHeld?: () => Promise<void> } = {},
): Promise<void> {
  const box = (await target?.boundingBox()) ?? undefined
  const size = page.viewportSize() ?? (await page.evaluate(() => ({ width: innerWidth, height: innerHeight })))
  const x = box ? box.x + box.width / 2 : size.width / 2
  const y = box ? box.y + box.height / 2 : size.height / 2
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x, y, data })
  await send('dragEnter')
  await send('dragOver')
  await whileHeld?.()
  await send('drop')
  await session.detach()
}
