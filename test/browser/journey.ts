// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { MailCatcher } from '../../server/demo/mail-catcher.ts'
import type { Process } from '../support/processes.ts'
import { PASSWORD } from '../support/world.ts'

export type Stage = { browser: Browser; centre: Process; association: Process; post: MailCatcher; javaScript: boolean }

const PHONE = { width: 360, height: 780 }
const DESK = { width: 1280, height: 900 }

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const limit = Date.now() + 45_000
  for (;;) {
    const seen = await look()
    if (seen) return seen
    assert(Date.now() < limit, `waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

export async function walk(stage: Stage): Promise<void> {
  const { browser, centre, association, post, javaScript } = stage
  const contexts: BrowserContext[] = []
  const sit = async (viewport = DESK): Promise<Page> => {
    const context = await browser.newContext({ viewport, locale: 'fr-FR', javaScriptEnabled: javaScript })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }
  const signedIn = async (instance: Process, login: string, viewport = DESK) => {
    const page = await sit(viewport)
    await page.goto(`${instance.url}/sign-in`)
    await page.locator('#f-login').fill(login)
    await page.locator('#f-password').fill(PASSWORD)
    await page.locator('main button.btn--main').click()
    await page.getByRole('button', { name: 'Me déconnecter' }).waitFor()
    return page
  }
  const linkMailedTo = (address: string, path: string) =>
    until(`a mail to ${address}`, async () => {
      const mail = post.mails().find(({ to, text }) => to === address && text.includes(path))
      return mail && /https?:\/\/\S+/g.exec(mail.text.slice(mail.text.indexOf(path) - 60))?.[0]
    })
  const sees = async (page: Page, text: string | RegExp) => {
    const words = (await page.locator('body').innerText()).replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    const found = typeof text === 'string' ? words.includes(text) : text.test(words)
    assert(found, `${page.url()} does not show ${String(text)} but: ${words.slice(0, 1500)}`)
  }

  try {
    const run = javaScript ? 'avec script' : 'sans script'
    const title = `Servir la soupe ${run}`
    const applicant = javaScript ? 'yvon.script@example.net' : 'yvon.simple@example.net'

    const moderator = await signedIn(centre, 'farid@example.org')
    const administrator = await signedIn(association, 'amina@example.org')
    await administrator.goto(`${association.url}/partners`)
    if (!/Centre du bénévolat/.test(await administrator.locator('main').innerText())) {
      await administrator
        .getByLabel(/^Adresse/)
        .first()
        .fill(centre.url)
      await administrator.locator('main button.btn--main').click()
      await until('the request at the centre', async () => {
        await moderator.goto(`${centre.url}/partners`)
        const link = moderator.getByRole('link', { name: /Les Jardins du Canal/ }).first()
        return (await link.count()) > 0 && (await link.click(), true)
      })
      await moderator.locator('main form[action$="/acceptance"] button').click()
    }
    await until('the association knows it is a member', async () => {
      const page = administrator
      await page.goto(`${association.url}/partners`)
      await page
        .getByRole('link', { name: /Centre du bénévolat/ })
        .first()
        .click()
      return (await page.locator('main .state--ok').count()) > 0
    })

    const coordinator = await signedIn(association, 'bastien@example.org')
    await coordinator.goto(`${association.url}/work/offers/new`)
    await coordinator
      .getByLabel(/^Titre/)
      .first()
      .fill(title)
    await coordinator
      .getByLabel(/^En une ou deux phrases/)
      .first()
      .fill('Deux heures au chaud, pour servir et parler un peu.')
    await coordinator
      .getByLabel(/^Les tâches/)
      .first()
      .fill('Réchauffer la soupe\nServir\nRanger la salle')
    await coordinator
      .getByLabel(/^Pour quelle cause/)
      .first()
      .selectOption({ label: 'Sécurité alimentaire' })
    await coordinator
      .getByLabel(/^Quel genre d’activité/)
      .first()
      .selectOption({ label: 'Repas, distribution' })
    await coordinator.getByLabel('Régulier', { exact: true }).check()
    await coordinator.locator('#f-frequency').selectOption({ label: 'Chaque semaine' })
    await coordinator.locator('#f-duration').fill('2h')
    await coordinator.getByLabel('Sur place', { exact: true }).check()
    await coordinator.locator('#f-places').fill('Dijon; Beaune')
    await coordinator
      .getByLabel(/^Combien de personnes/)
      .last()
      .fill('4')
    await coordinator.getByRole('button', { name: 'Enregistrer et me relire' }).click()
    await coordinator.getByRole('button', { name: 'Publier maintenant' }).click()
    await sees(coordinator, 'est publiée')
    const work = coordinator.url()

    const openItem = () =>
      until('the offer in the queue', async () => {
        await moderator.goto(`${centre.url}/moderation`)
        const link = moderator.getByRole('link', { name: new RegExp(title) }).first()
        return (await link.count()) > 0 && (await link.click(), true)
      })
    const accept = async () => {
      await moderator.locator('input[name=decision][value=accept]').check()
      await moderator.locator('form[action$="/decision"] button.btn--main').click()
    }
    await openItem()
    await accept()
    const visitor = await sit(PHONE)
    const find = async () => {
      await visitor.goto(centre.url)
      await visitor.locator('input[name=q]').fill('soupe')
      await visitor.locator('input[name=place]').fill('Beaune')
      await visitor.locator('.hero button, main form[role=search] button').first().click()
      return visitor.getByRole('link', { name: title })
    }
    await (
      await until('the offer on the centre', async () => ((await (await find()).count()) > 0 ? find() : false))
    )
      .first()
      .click()
    await sees(visitor, /Relu par .*Centre du bénévolat de la Côte/)
    const { y = Infinity, height = 0 } = (await visitor.locator('a.btn--main').first().boundingBox()) ?? {}
    assert(y + height <= PHONE.height, `one can apply on the first screen of a phone, not at ${y + height}`)
    // pages F10: for a notice board.
    const printed = (await visitor.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []
    assert.equal(printed.length, 1, `a printed offer is one sheet, not ${printed.length}`)

    await visitor.locator('a.btn--main').first().click()
    assert(visitor.url().startsWith(association.url), `the form lives at the association, not at ${visitor.url()}`)
    await visitor.locator('#f-given_name').fill('Yvon')
    await visitor.locator('#f-family_name').fill(`Paquette ${run}`)
    await visitor.locator('#f-email').fill(applicant)
    await visitor.locator('#f-message').fill('Je suis libre le mardi.')
    await visitor.locator('main form[action*="/apply"] button.btn--main').click()
    await visitor.goto(await linkMailedTo(applicant, '/applications/'))
    await visitor.locator('form[action$="/confirmation"] button').click()

    await coordinator.goto(`${association.url}/work/applications`)
    await coordinator
      .getByRole('link', { name: new RegExp(`Paquette ${run}`) })
      .first()
      .click()
    await coordinator.locator('form[action$="/acceptance"] button').click()
    await coordinator.goto(work)
    const welcome = await linkMailedTo(applicant, '/welcome/')
    const volunteer = await sit(PHONE)
    await volunteer.goto(welcome)
    await volunteer.locator('input[type=password]').first().fill('une-longue-phrase-a-moi')
    await volunteer.locator('main form button.btn--main').click()
    await volunteer.goto(`${association.url}/my/hours`)

    await volunteer.getByLabel('Sur le terrain').check()
    await volunteer.getByLabel('Aujourd’hui', { exact: true }).check()
    await volunteer.getByLabel(/^Combien de temps/).fill('3h30')
    await volunteer.getByRole('button', { name: 'Noter ces heures' }).click()
    await sees(volunteer, '3 h 30 notées')
    const treasurer = await signedIn(association, 'elise@example.org')
    await treasurer.goto(`${association.url}/work/hours/settings`)
    if (!/Conseil de janvier/.test(await treasurer.locator('main').innerText())) {
      await treasurer.getByLabel(/^Valeur d’une heure/).fill('12,02')
      await treasurer.getByLabel(/^À partir du/).fill(`${new Date().getFullYear()}-01-01`)
      await treasurer.getByLabel(/^Qui l’a décidé/).fill('Conseil de janvier')
      await treasurer.getByRole('button', { name: 'Ajouter cette valeur' }).click()
    }
    await coordinator.goto(`${association.url}/work/hours`)
    await sees(coordinator, `Yvon Paquette ${run}`)
    await coordinator.getByRole('button', { name: 'Valider les lignes cochées' }).click()
    await treasurer.goto(`${association.url}/work/hours/statement`)
    await sees(treasurer, `Yvon Paquette ${run} 3 h 30`)
    await sees(treasurer, javaScript ? '42,07 €' : '84,14 €')

    await coordinator.goto(`${work}/edit`)
    await coordinator
      .getByLabel(/^En une ou deux phrases/)
      .first()
      .fill('Trois heures au chaud, pour cuisiner, servir et parler un peu.')
    await coordinator.locator('main form[method=post] button.btn--main').last().click()
    await openItem()
    await sees(moderator, 'Trois heures')
    assert((await moderator.locator('ins').count()) > 0, 'the moderator sees what is new')
    await (await find()).first().click()
    await sees(visitor, 'Deux heures au chaud')
    await accept()
    await until('the new text on the centre', async () => {
      await visitor.reload()
      return (await visitor.locator('main').innerText()).includes('Trois heures')
    })

    await coordinator.goto(`${work}/closing`)
    await coordinator.locator('main input[name=reason]').first().check()
    await coordinator.locator('main form[action$="/closing"] button').first().click()
    await until('the offer is gone from the centre', async () => (await (await find()).count()) === 0)
  } finally {
    for (const context of contexts) await context.close()
  }
}
