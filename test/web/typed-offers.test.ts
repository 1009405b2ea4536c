// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §7.1: what is typed in the form of an offer is kept before it is saved, and changes nothing until then.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { jobs } from '../../server/jobs.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { decoded, type Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'
import { PASSWORD } from '../support/world.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const NEW = '/work/offers/new'
const OFFERED = 'Nous avons gardé ce que vous aviez écrit'

/** The form that is shown, as the script of the page sends it. */
function shownForm(): Record<string, string> {
  const form = b.document.querySelector('#main-form')!
  const fields = [...form.querySelectorAll('input, textarea, select')]
  const chosen = (one: Element) => one.querySelector('option[selected]')?.getAttribute('value') ?? ''
  const isSent = (one: Element) =>
    !['radio', 'checkbox'].includes(one.getAttribute('type') ?? '') || one.hasAttribute('checked')
  const valueOf = (one: Element) =>
    one.tagName === 'SELECT' ? chosen(one) : (one.getAttribute('value') ?? decoded(one.textContent ?? ''))
  return Object.fromEntries(fields.filter(isSent).map((one) => [one.getAttribute('name'), valueOf(one)]))
}

/** What the script does at a pause. */
async function pause(path: string, typed: Record<string, string>, form = shownForm()) {
  const fields = { ...form, owner: form._owner ?? '', ...typed }
  const page = world.browser()
  page.cookie = b.cookie
  await page.post(`${path}/typed`, fields, { accept: 'application/json' })
  return { status: page.status, ...(JSON.parse(page.html || '{}') as { text?: string; error?: string }) }
}

const rows = () => world.deps.db.selectFrom('typed_offers').selectAll().where('typed', '<>', '').execute()
const offers = () => world.deps.db.selectFrom('offers').selectAll().execute()

describe('a new offer', () => {
  it('is kept at each pause, and offered on coming back from another computer', async () => {
    await b.get(NEW)
    const form = shownForm()
    expect(await pause(NEW, { title_fr: 'Servir' }, form)).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^Gardé à/),
    })
    await pause(NEW, { title_fr: 'Servir la soupe', places: 'Dijon', commitment: 'regular' }, form)
    expect([(await rows()).length, (await offers()).length]).toEqual([1, 0])

    b = await world.signIn('bastien')
    await b.get('/work')
    await b.follow('Vous écriviez « Servir la soupe » : à reprendre')
    expect([b.url, b.text.includes(OFFERED), b.text.includes('« Servir la soupe », le ')]).toEqual([NEW, true, true])
    expect([b.value('Titre'), b.document.querySelector('[data-keep]')]).toEqual(['', null])
    await b.follow('Reprendre ce texte')
    expect([b.value('Titre'), b.value('Ville ou village')]).toEqual(['Servir la soupe', 'Dijon'])
    expect(b.text).toContain('Rien n’est encore enregistré')
    await pause(NEW, { title_fr: 'Servir la soupe du soir' })
    await b.fill('Titre', 'Servir la soupe du soir').press('Enregistrer et me relire')
    expect(b.heading).toBe('Servir la soupe du soir')
    await b.get(NEW)
    expect(b.text).not.toContain(OFFERED)
    await b.get('/work')
    expect(b.text).not.toContain('Vous écriviez')
  })

  it('is made once: what its page sends after it was saved is let go', async () => {
    await b.get(NEW)
    const form = shownForm()
    await pause(NEW, { title_fr: 'Servir la soupe' }, form)
    await b.fill('Titre', 'Servir la soupe').press('Enregistrer et me relire')
    expect((await pause(NEW, { title_fr: 'Servir la soupe' }, form)).status).toBe(200)
    await b.get(NEW)
    expect([b.text.includes(OFFERED), (await offers()).length]).toEqual([false, 1])
    await pause(NEW, { title_fr: 'Lire un conte' })
    await b.get(NEW)
    expect(b.text).toContain(OFFERED)
  })

  it('is dropped when one wants nothing of it', async () => {
    await b.get(NEW)
    await pause(NEW, { title_fr: 'Servir la soupe' })
    await b.get(NEW)
    await b.press('Ne pas le garder')
    expect([b.url, b.text.includes('Ce texte est effacé.'), b.text.includes(OFFERED)]).toEqual([NEW, true, false])
    expect(await rows()).toEqual([])
  })

  it('is not offered while nothing but what the form begins with is in it', async () => {
    await b.get(NEW)
    await pause(NEW, {})
    await b.get(NEW)
    expect(b.text).not.toContain(OFFERED)
  })

  it('a page opened before is not written over by another one', async () => {
    await b.get(NEW)
    const first = shownForm()
    await b.get(NEW)
    const second = shownForm()
    await pause(NEW, { title_fr: 'Servir la soupe' }, first)
    const refused = await pause(NEW, { title_fr: 'Lire un conte' }, second)
    expect(refused).toMatchObject({ status: 409, error: expect.stringContaining('dans une autre page') })
    await b.post(NEW, { ...second, title_fr: 'Lire un conte' })
    expect((await rows())[0]!.typed).toContain('Servir la soupe')
  })
})

describe('an offer that is there', () => {
  it('keeps its text and its revision until the form is saved, then has the kept one', async () => {
    const id = await publishOffer(b, 'Servir la soupe')
    const path = `/work/offers/${id}/edit`
    const [before] = await offers()
    await b.get(path)
    await pause(path, { title_fr: 'Servir le potage' })
    expect(await offers()).toEqual([before])
    await b.get(path)
    expect([b.text.includes(OFFERED), b.value('Titre')]).toEqual([true, 'Servir la soupe'])
    await b.follow('Reprendre ce texte')
    expect(b.value('Titre')).toBe('Servir le potage')
    await b.press('Enregistrer les changements')
    const [after] = await offers()
    expect([after!.revision, b.heading]).toEqual([2, 'Servir le potage'])
    await b.get(path)
    expect(b.text).not.toContain(OFFERED)
  })

  it('that a colleague changed since is compared when the kept text is saved', async () => {
    const id = await writeOffer(b, 'Servir la soupe')
    const path = `/work/offers/${id}/edit`
    await b.get(path)
    await pause(path, { title_fr: 'Servir le potage' })
    const colleague = await world.signIn('amina')
    await colleague.get(path)
    expect(colleague.text).not.toContain(OFFERED)
    await colleague.fill('Titre', 'Servir un bouillon').press('Enregistrer et me relire')
    await b.get(path)
    await b.follow('Reprendre ce texte')
    expect(b.text).toContain('L’annonce a été changée depuis')
    await b.press('Enregistrer et me relire')
    expect([b.status, b.text.includes('Servir un bouillon')]).toEqual([409, true])
    await b.press('Enregistrer et me relire')
    expect(b.heading).toBe('Servir le potage')
  })

  it('nothing is kept of one that is not there, nor by who writes no offers', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    const form = shownForm()
    expect((await pause('/work/offers/no-such/edit', {}, form)).status).toBe(404)
    b = await world.signIn('chloe')
    expect((await pause(`/work/offers/${id}/edit`, { title_fr: 'Autre titre' }, form)).status).toBe(403)
    b = world.browser()
    expect((await pause(`/work/offers/${id}/edit`, { title_fr: 'Autre titre' }, form)).status).toBe(401)
    expect(await rows()).toEqual([])
  })
})

describe('the text of one person', () => {
  it('is not kept for another who signed in in the same browser', async () => {
    await b.get(NEW)
    const form = shownForm()
    b = await world.signIn('amina')
    const answer = await pause(NEW, { title_fr: 'Servir la soupe' }, form)
    expect(answer).toMatchObject({ status: 409, error: expect.stringContaining('quelqu’un d’autre') })
    expect(await rows()).toEqual([])
  })

  it('is not taken from another site', async () => {
    await b.get(NEW)
    const form: Record<string, string> = { ...shownForm(), title_fr: 'Servir' }
    await b.post(
      `${NEW}/typed`,
      { ...form, owner: form._owner! },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    )
    expect([b.status, await rows()]).toEqual([403, []])
  })

  it('comes back once, from the form, after an ended session', async () => {
    await b.get(NEW)
    const form = shownForm()
    await pause(NEW, { title_fr: 'Servir' }, form)
    b.cookie = ''
    await b.post(NEW, { ...form, title_fr: 'Servir la soupe' })
    await b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org')
    await b.fill('Votre mot de passe', PASSWORD).press('Me connecter')
    expect([b.value('Titre'), b.text.includes(OFFERED)]).toEqual(['Servir la soupe', false])
    expect((await pause(NEW, { title_fr: 'Servir la soupe' })).status).toBe(200)
  })

  it('is in their data, and goes with them and with time', async () => {
    await b.get(NEW)
    await pause(NEW, { title_fr: 'Servir la soupe' })
    await b.get('/my/data')
    expect(b.text).toContain('Annonces que vous écriviez, pas enregistrées')
    expect(b.text).toContain('Servir la soupe')
    const forget = jobs.find(({ name }) => name === 'forget what was typed and not saved')!
    world.clock.advance(29 * DAY)
    await forget.run(world.deps)
    expect((await rows()).length).toBe(1)
    world.clock.advance(2 * DAY)
    await forget.run(world.deps)
    expect(await rows()).toEqual([])
  })
})
