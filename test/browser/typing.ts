// SPDX-License-Identifier: AGPL-3.0-or-later
// The script of the form of an offer: what is typed is kept at pauses, through a lost network and a closed page.
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import type { Process } from '../support/processes.ts'

const NEW = '/work/offers/new'

export async function type({ browser, association }: { browser: Browser; association: Process }): Promise<void> {
  const { cookie } = await association.signIn('bastien')
  const [name, value] = cookie.split('=') as [string, string]
  const context = await browser.newContext({ locale: 'fr-FR' })
  await context.addCookies([{ name, value, url: association.url }])
  const open = async () => {
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.accept()
    })
    await page.goto(association.url + NEW)
    return page
  }
  const asked: string[] = []
  try {
    const page = await open()
    const title = page.locator('#f-title_fr')
    const said = page.locator('[data-keep-said]')
    const fault = page.locator('[data-keep-fault]')
    assert.equal(await fault.getAttribute('role'), 'status')
    await title.pressSequentially('Servir')
    await said.getByText('Gardé à').waitFor()

    await context.setOffline(true)
    await title.fill('Servir la soupe')
    await fault.getByText('n’est pas encore gardé').waitFor()
    await context.setOffline(false)
    // The page's content security policy leaves no function to be asked again and again, only a selector.
    await page.locator('[data-keep-fault]:empty').waitFor({ state: 'attached' })

    await title.fill('Servir la soupe du soir')
    await page.close({ runBeforeUnload: true })
    await page.waitForEvent('close')

    const again = await open()
    await again.getByRole('heading', { name: 'Nous avons gardé ce que vous aviez écrit' }).waitFor()
    await again.getByRole('link', { name: 'Reprendre ce texte' }).click()
    assert.equal(await again.locator('#f-title_fr').inputValue(), 'Servir la soupe du soir')
    await again.locator('#f-title_fr').fill('Servir la soupe chaude')
    await again.locator('[data-keep-said]').getByText('Gardé à').waitFor()
    const before = asked.length
    await again.goto(association.url + NEW)
    assert.equal(asked.length, before, 'a text that is kept is left without a question')
    await again.getByRole('link', { name: 'Reprendre ce texte' }).click()

    await context.clearCookies()
    await again.locator('#f-title_fr').fill('Servir la soupe bien chaude')
    await again.locator('[data-keep-fault]').getByText('Votre session est finie').waitFor()
    await context.addCookies([{ name, value, url: association.url }])
    await again.locator('#main-form button.btn--main').click()
    await again.waitForURL(/\/work\/offers\/[0-9a-f-]{36}$/)
    await again.goto(association.url + NEW)
    assert.equal(await again.getByText('Nous avons gardé').count(), 0, 'a saved text is offered again')
  } finally {
    await context.close()
  }
}
