// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

it('lets Bastien in with his e-mail address and password', async () => {
  const world = await startApp()
  const b = world.browser()
  await b.get('/sign-in?next=/sign-in')
  await b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org').fill('Votre mot de passe', 'mot-de-passe-de-test').press('Me connecter')
  expect(b.text).toContain('Bastien Moreau')
})
