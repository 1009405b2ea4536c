// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { contentHash } from '../../server/model/offer/material.ts'
import { keepTime } from '../../server/offers/timetable.ts'
import { recordDecision, submitOffersTo } from '../../server/offers/commands/submissions.ts'
import { refreshStanding } from '../../server/public-offer/standing.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { channelOf, viaToken } from '../../server/public-offer/via.ts'
import { addCounted } from '../../db/queries/counts.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { CONTEURS } from '../support/offers.ts'
import { fillAll, publishOffer, writeOffer } from '../support/offer-form.ts'

afterEach(stopApps)

const CENTRE = 'https://centre.example/actor'

async function writeDraft(world: World): Promise<{ b: Browser; id: string }> {
  const b = await world.signIn('bastien')
  return { b, id: await writeOffer(b) }
}

async function publish(world: World): Promise<{ b: Browser; id: string }> {
  const b = await world.signIn('bastien')
  return { b, id: await publishOffer(b) }
}

async function joinCentre(world: World, uri = CENTRE, name = 'Centre du bénévolat'): Promise<string> {
  const id = world.deps.newId()
  await world.deps.db
    .insertInto('affiliations')
    .values({
      id,
      partner_uri: uri,
      partner_is: 'centre',
      partner_name: name,
      partner_url: uri.replace('/actor', '/'),
      state: 'active',
      requested_at: START,
    })
    .execute()
  return id
}

const eventsOf = async (world: World, id: string) =>
  (await world.deps.db.selectFrom('events').selectAll().where('subject_id', '=', id).orderBy('seq').execute()).map(
    ({ type, details }) => ({ type, ...(JSON.parse(details) as object) }),
  )
const offerOf = (world: World, id: string) =>
  world.deps.db.selectFrom('offers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const listingOf = (world: World, id: string) =>
  world.deps.db.selectFrom('listings').selectAll().where('offer_id', '=', id).executeTakeFirst()
const submissionOf = (world: World, id: string) =>
  world.deps.db.selectFrom('submissions').selectAll().where('offer_id', '=', id).executeTakeFirst()

describe('writing an offer', () => {
  it('goes from an empty page to the public list', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work')
    await b.follow('Écrire une annonce')
    expect(b.heading).toBe('Écrire une annonce')
    await fillAll(b).press('Enregistrer et me relire')
    expect(b.status).toBe(200)
    expect(b.heading).toBe('Servir la soupe du soir')
    expect(b.text).toContain('Brouillon enregistré')
    expect(b.text).toContain('Dijon')
    expect((await world.browser().get('/offers')).text).not.toContain('Servir la soupe du soir')
    await b.press('Publier maintenant')
    expect(b.text).toContain('« Servir la soupe du soir » est publiée.')
    expect(b.text).toContain('21 décembre')
    expect((await world.browser().get('/offers')).text).toContain('Servir la soupe du soir')

    const id = b.url.split('/').at(-1)!
    expect(await eventsOf(world, id)).toEqual([{ type: 'offer.created' }, { type: 'offer.published', revision: 1 }])
    const row = await offerOf(world, id)
    expect(row).toMatchObject({ state: 'published', revision: 1, capacity: 4, contact_id: world.id('bastien') })
    expect(row.content_hash).toBe(contentHash(JSON.parse(row.content)))
    expect(row.publish_until).toBe('2026-12-21T23:00:00.000Z')
  })

  it('saves a draft with almost nothing, shows what is missing, and leads to each field', async () => {
    const world = await startApp()
    await joinCentre(world)
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    await b.fill('Titre', 'Tenir le stand').press('Enregistrer et me relire')
    expect(b.text).toContain('Il manque 7 choses avant de publier')
    expect(b.hasButton('Publier maintenant')).toBe(false)
    const links = [...b.document.querySelectorAll('#missing a')].map((link) => link.getAttribute('href')!)
    await b.follow('Compléter l’annonce')
    for (const link of links) expect(b.document.getElementById(link.split('#')[1]!)).not.toBeNull()
  })

  it('asks for less when no centre reads over', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    await b.fill('Titre', 'Tenir le stand').choose('Ponctuel').choose('Sur place').choose('Sans limite')
    await b.press('Enregistrer et me relire')
    // Nobody finds an offer on the spot by its town when it has none (pages F7).
    expect(b.text).toContain('Il manque une chose avant de publier Indiquez la ville ou le village')
    await b.follow('Compléter l’annonce')
    b.fill('Ville ou village', 'Dijon')
    await b.press('Enregistrer et me relire')
    expect(b.text).not.toContain('Il manque')
    expect(b.text).toContain('Ce texte est court')
    await b.press('Publier maintenant')
    expect(b.text).toContain('est publiée')
  })

  it('asks for another last day when a draft waited too long', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Dernier jour en ligne', '2026-11-23').press('Enregistrer et me relire')
    world.clock.set('2026-11-24T09:00:00.000Z')
    const later = await world.signIn('bastien')
    await later.get(`/work/offers/${id}`)
    expect(later.text).toContain('Ce jour est passé. Choisissez aujourd’hui ou plus tard.')
    await later.post(`/work/offers/${id}/publication`, {})
    expect(later.status).toBe(422)
  })

  it('refuses to publish what is incomplete, also from a page that is out of date', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    await joinCentre(world)
    const page = b
    const other = await world.signIn('bastien')
    await other.get(`/work/offers/${id}/edit`)
    await other.fill('Les tâches', '').press('Enregistrer et me relire')
    await page.get(`/work/offers/${id}`)
    expect(page.hasButton('Publier maintenant')).toBe(false)
    await page.post(`/work/offers/${id}/publication`, {})
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Erreur :/)
    expect(page.text).toContain('Notez au moins une tâche')
  })

  it('does not publish a text that somebody changed after it was read over', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    const other = await world.signIn('amina')
    await other.get(`/work/offers/${id}/edit`)
    await other.fill('Titre', 'Servir le café du soir').press('Enregistrer et me relire')
    await b.press('Publier maintenant')
    expect(b.status).toBe(409)
    expect(b.text).toContain('Quelqu’un a changé cette annonce')
    expect((await offerOf(world, id)).state).toBe('draft')
  })

  it('days are chosen in the calendar of the browser, and read as people write them (J6)', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    for (const name of ['starts_on', 'ends_on'])
      expect(b.document.querySelector(`input[name=${name}]`)!.getAttribute('type')).toBe('date')
    // How long one commits oneself is a list, with words only beside it.
    expect(b.document.querySelectorAll('[name=commitment]').length).toBeGreaterThan(1)
    const id = await writeOffer(b, 'Servir la soupe')
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Premier jour', '2027-01-10').press('Enregistrer et me relire')
    expect(b.text).toContain('10 janvier 2027')
    await b.post('/language', { locale: 'en', next: `/work/offers/${id}` })
    expect(b.text).toContain('January 10, 2027')
  })

  it('is published once when the button is pressed twice, and Back never errors (J18)', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    const version = String((await offerOf(world, id)).version)
    await b.post(`/work/offers/${id}/publication`, { version })
    await b.post(`/work/offers/${id}/publication`, { version })
    expect(b.status).toBe(200)
    expect((await eventsOf(world, id)).filter(({ type }) => type === 'offer.published')).toHaveLength(1)
    for (const path of [
      '/work/offers/new',
      `/work/offers/${id}`,
      `/work/offers/${id}/edit`,
      `/work/offers/${id}/publication`,
    ])
      expect((await b.get(path)).status).toBe(200)
  })

  it('is for coordinators and administrators only', async () => {
    const world = await startApp()
    const { id } = await publish(world)
    const chloe = await world.signIn('chloe')
    for (const path of [
      '/work',
      '/work/offers',
      '/work/offers.csv',
      '/work/offers/new',
      `/work/offers/${id}`,
      `/work/offers/${id}/edit`,
    ]) {
      expect((await chloe.get(path)).status).toBe(403)
    }
    for (const end of [
      'edit',
      'publication',
      'pause',
      'resumption',
      'renewal',
      'copy',
      'closing',
      'cancellation',
      'removal',
      'withdrawal',
      'proposal',
    ]) {
      expect((await chloe.post(`/work/offers/${id}/${end}`, { reason: 'filled' })).status).toBe(403)
    }
    const nobody = await world.browser().get('/work/offers')
    expect(nobody.url).toContain('/sign-in?next=')
    expect((await offerOf(world, id)).state).toBe('published')
    const amina = await world.signIn('amina')
    expect((await amina.get(`/work/offers/${id}`)).status).toBe(200)
  })

  it('does not exist at a centre that is no association', async () => {
    const world = await startApp({ kind: 'centre' })
    const b = await world.signIn('bastien')
    expect((await b.get('/work/offers')).status).toBe(404)
    expect((await b.get('/work/offers/new')).status).toBe(404)
    expect((await b.get('/work')).status).toBe(200)
    expect(b.hasLink('Écrire une annonce')).toBe(false)
  })
})

describe('a fault', () => {
  const long = (length: number) => 'a'.repeat(length)
  type Case = { label: [string, string]; typed: string; text: [string, string] }
  const cases: Record<string, Case> = {
    'title of one word': {
      label: ['Titre', 'Title'],
      typed: 'Jardinage',
      text: ['Ajoutez un mot ou deux au titre', 'Add a word or two'],
    },
    'title in capitals': {
      label: ['Titre', 'Title'],
      typed: 'VENEZ NOUS AIDER',
      text: ['en minuscules', 'in lower case'],
    },
    'long title': {
      label: ['Titre', 'Title'],
      typed: `Des ${long(120)}`,
      text: ['120 caractères au plus', '120 characters at most'],
    },
    'long summary': {
      label: ['En une ou deux phrases', 'In a sentence or two'],
      typed: long(281),
      text: ['280 caractères au plus', '280 characters at most'],
    },
    'many tasks': {
      label: ['Les tâches', 'The tasks'],
      typed: Array(13).fill('Trier').join('\n'),
      text: ['Douze tâches au plus', 'Twelve tasks at most'],
    },
    'long task': { label: ['Les tâches', 'The tasks'], typed: long(501), text: ['en deux lignes', 'two lines'] },
    duration: {
      label: ['Combien de temps à chaque fois ?', 'How long each time?'],
      typed: 'un moment',
      text: ['3h, 1h30 ou 90 min', '3h, 1h30 or 90 min'],
    },
    'first day': {
      label: ['Premier jour', 'First day'],
      typed: '31/02/2027',
      text: ['Cette date n’existe pas', 'This date does not exist'],
    },
    'last day': {
      label: ['Dernier jour', 'Last day'],
      typed: 'bientôt',
      text: ['Cette date n’existe pas', 'This date does not exist'],
    },
    sessions: {
      label: ['Combien de fois en tout ?', 'How many times in all?'],
      typed: 'dix',
      text: ['entre 1 et 999', 'between 1 and 999'],
    },
    'unknown town': {
      label: ['Ville ou village', 'Town or village'],
      typed: 'Xyzabc',
      text: ['Nous ne connaissons pas « Xyzabc »', 'We do not know “Xyzabc”'],
    },
    'town written badly': {
      label: ['Ville ou village', 'Town or village'],
      typed: 'Beaunne',
      text: ['Pour « Beaunne », choisissez', 'For “Beaunne”, choose'],
    },
    'long place name': {
      label: ['Nom du lieu', 'Name of the place'],
      typed: long(161),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    'long street': {
      label: ['Rue et numéro', 'Street and number'],
      typed: long(201),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    capacity: {
      label: ['Combien de personnes ?', 'How many people?'],
      typed: 'plusieurs',
      text: ['choisissez « Sans limite »', 'choose “No limit”'],
    },
    age: { label: ['Âge minimum', 'Minimum age'], typed: 'seize', text: ['un âge en chiffres', 'an age in figures'] },
    context: {
      label: ['Pourquoi, et pour qui', 'Why, and for whom'],
      typed: long(2001),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    profile: {
      label: ['La personne qu’il vous faut', 'Who you are looking for'],
      typed: long(1501),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    support: {
      label: ['Comment vous l’accueillez', 'How you welcome them'],
      typed: long(1001),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    practical: {
      label: ['Le côté pratique', 'The practical side'],
      typed: long(1001),
      text: ['Ce texte est trop long', 'This text is too long'],
    },
    'title in English': {
      label: ['Titre, en anglais', 'Title, in English'],
      typed: 'Help',
      text: ['Ajoutez un mot ou deux', 'Add a word or two'],
    },
    'public name': {
      label: ['Sous quel nom le public la connaît ?', 'Under which name will the public know them?'],
      typed: 'bastien@example.org',
      text: ['pas d’adresse ni de numéro', 'no address or number'],
    },
    'first day online': {
      label: ['En ligne à partir du', 'Online from'],
      typed: 'demain',
      text: ['Cette date n’existe pas', 'This date does not exist'],
    },
    'last day online': {
      label: ['Dernier jour en ligne', 'Last day online'],
      typed: '2026-11-21',
      text: ['Ce jour est passé', 'This day has passed'],
    },
    'far last day': {
      label: ['Dernier jour en ligne', 'Last day online'],
      typed: '2028-01-01',
      text: ['Un an au plus', 'One year at most'],
    },
  }

  let world: World | undefined
  /** Every field once in each round, so that one form shows many faults. */
  const rounds = Object.values(cases).reduce<Case[][]>((all, one) => {
    const free = all.find((round) => round.every(({ label }) => label[0] !== one.label[0]))
    if (free) free.push(one)
    else all.push([one])
    return all
  }, [])

  it.each([
    ['fr', 0],
    ['en', 1],
  ] as const)('in any field is shown beside it (%s), and keeps what was typed', async (locale, at) => {
    world = await startApp()
    const b = await world.signIn('bastien')
    await b.post('/language', { locale, next: '/work/offers/new' })
    for (const round of rounds) {
      await b.get('/work/offers/new')
      for (const { label, typed } of round) b.fill(label[at], typed)
      await b.press(['Enregistrer et me relire', 'Save and read it over'][at]!)
      expect(b.status).toBe(422)
      expect(b.title).toMatch([/^Erreur :/, /^Error:/][at]!)
      const errors = b.errors()
      expect(Object.keys(errors)).toHaveLength(round.length)
      for (const { label, typed, text } of round) {
        expect(errors[label[at]]).toContain(text[at])
        expect(b.value(label[at])).toBe(typed)
      }
      const links = [...b.document.querySelectorAll('.faults a')].map((link) => link.getAttribute('href')!.slice(1))
      expect(links).toHaveLength(round.length)
      for (const id of links) {
        const field = b.document.getElementById(id)
        expect(field).not.toBeNull()
        expect(field!.closest('details')?.hasAttribute('open') ?? true).toBe(true)
      }
    }
    expect(await world.deps.db.selectFrom('offers').selectAll().execute()).toEqual([])
  })

  it('between two days is shown at the second', async () => {
    world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    b.fill('Titre', 'Trier les dons').fill('Premier jour', '2026-12-24').fill('Dernier jour', '2026-12-01')
    b.fill('En ligne à partir du', '2026-12-24').fill('Dernier jour en ligne', '2026-12-01')
    await b.press('Enregistrer et me relire')
    expect(b.errors()).toEqual({
      'Dernier jour': 'Le dernier jour vient avant le premier.',
      'Dernier jour en ligne': 'Le dernier jour en ligne vient avant le premier.',
    })
  })

  it('in the choice of skills keeps every tick', async () => {
    world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    const nine = [
      'Écoute',
      'Patience',
      'Organisation',
      'Autonomie',
      'Rédaction',
      'Langues',
      'Conduite',
      'Cuisine',
      'Musique',
    ]
    b.fill('Titre', 'Trier les dons')
    for (const skill of nine) b.choose(skill, 'Ce qui aide')
    await b.press('Enregistrer et me relire')
    expect(Object.values(b.errors())[0]).toContain('Huit au plus')
    expect(b.document.querySelectorAll('input[name=skills][checked]')).toHaveLength(9)
  })

  it('about a home refuses the street kindly', async () => {
    world = await startApp()
    const { b, id } = await writeDraft(world)
    await b.get(`/work/offers/${id}/edit`)
    b.choose('Chez la personne aidée').fill('Rue et numéro', '3 rue du Port')
    await b.press('Enregistrer et me relire')
    expect(b.errors()['Rue et numéro (facultatif)'] ?? Object.values(b.errors())[0]).toContain(
      'nous ne montrons que la commune',
    )
    b.fill('Rue et numéro', '')
    await b.press('Enregistrer et me relire')
    expect(b.status).toBe(200)
    const { places } = JSON.parse((await offerOf(world, id)).content)
    expect(places[0]).toMatchObject({ precision: 'municipality', street: null, label: '' })
  })

  it('about a town is mended by choosing one of the likely ones', async () => {
    world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    await fillAll(b).fill('Ville ou village', 'Beaunne; Dijon').press('Enregistrer et me relire')
    expect(b.status).toBe(422)
    await b.choose('Beaune (Côte-d’Or)', 'Pour « Beaunne »').press('Enregistrer et me relire')
    expect(b.status).toBe(200)
    const id = b.url.split('/').at(-1)!
    const { places } = JSON.parse((await offerOf(world, id)).content)
    expect(places.map(({ name }: { name: string }) => name)).toEqual(['Beaune', 'Dijon'])
    await b.get(`/work/offers/${id}/edit`)
    expect(b.value('Ville ou village')).toBe('Beaune; Dijon')
  })
})

describe('changing an offer', () => {
  it('shows what was stored, and keeps it when nothing is changed', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    const before = await offerOf(world, id)
    await b.get(`/work/offers/${id}/edit`)
    expect(b.value('Combien de temps à chaque fois ?')).toBe('2 h')
    await b.press('Enregistrer les changements')
    expect(b.text).toContain('Rien n’a changé.')
    expect(await offerOf(world, id)).toEqual(before)
  })

  it('of a published one freezes a new revision and sends it to be read over, the accepted one staying (J14)', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    expect(await submissionOf(world, id)).toMatchObject({ state: 'sent', revision: 1, accepted_revision: null })
    expect(b.text).toContain('En relecture')
    await transact(world.deps, (tx) =>
      recordDecision(tx, world.deps, { offerId: id, centreUri: CENTRE, decision: 'accepted', revision: 1 }),
    )
    await b.get(`/work/offers/${id}/edit`)
    await b
      .fill('Les tâches', 'Réchauffer la soupe\nServir\nFaire la vaisselle et les comptes')
      .press('Enregistrer les changements')
    expect(b.text).toContain('Changements enregistrés.')
    expect(b.text).toContain('Changements en relecture')
    expect(b.text).toContain('La version relue avant reste en ligne là-bas.')
    expect(await submissionOf(world, id)).toMatchObject({ state: 'sent', revision: 2, accepted_revision: 1 })
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.updated', revision: 2, material: true })
    const revisions = await world.deps.db.selectFrom('offer_revisions').selectAll().where('offer_id', '=', id).execute()
    expect(revisions.map(({ revision, material }) => [revision, material])).toEqual([
      [1, 1],
      [2, 1],
    ])
    expect((await listingOf(world, id))?.revision).toBe(2)
    await transact(world.deps, (tx) =>
      recordDecision(tx, world.deps, {
        offerId: id,
        centreUri: CENTRE,
        decision: 'refused',
        revision: 1,
        reasonCode: 'other',
      }),
    )
    expect(await submissionOf(world, id)).toMatchObject({ state: 'sent', accepted_revision: 1 })
  })

  it('a little needs nobody’s approval', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    await transact(world.deps, (tx) =>
      recordDecision(tx, world.deps, { offerId: id, centreUri: CENTRE, decision: 'accepted', revision: 1 }),
    )
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Combien de personnes ?', '6').press('Enregistrer les changements')
    expect(await submissionOf(world, id)).toMatchObject({ state: 'accepted', revision: 2, accepted_revision: 2 })
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.updated', revision: 2, material: false })
    expect(await listingOf(world, id)).toMatchObject({ capacity: 6, remaining: 6 })
  })

  it('must leave a published one complete', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Titre', '').fill('Les tâches', '').press('Enregistrer les changements')
    expect(b.status).toBe(422)
    expect(b.errors()).toEqual({ Titre: 'Donnez un titre à l’annonce', 'Les tâches': 'Notez au moins une tâche' })
    expect(b.value('En une ou deux phrases')).toContain('Deux heures au chaud')
    expect((await offerOf(world, id)).revision).toBe(1)
  })

  it('at the same time as somebody else shows both texts, and the second press counts', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    const other = await world.signIn('amina')
    await b.get(`/work/offers/${id}/edit`)
    await other.get(`/work/offers/${id}/edit`)
    await other.fill('Titre', 'Servir le café du soir').press('Enregistrer les changements')
    await b.fill('Titre', 'Servir le thé du soir').press('Enregistrer les changements')
    expect(b.status).toBe(409)
    expect(b.text).toContain('Quelqu’un a changé cette annonce pendant que vous écriviez')
    expect(b.text).toContain('Servir le café du soir')
    expect(b.value('Titre')).toBe('Servir le thé du soir')
    await b.press('Enregistrer les changements')
    expect(b.status).toBe(200)
    expect(JSON.parse((await offerOf(world, id)).content).title).toEqual({ fr: 'Servir le thé du soir' })
  })

  it('in a second language is folded away until it is used, and found in both', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    await b.get(`/work/offers/${id}/edit`)
    const folded = [...b.document.querySelectorAll('details')].find((one) =>
      one.textContent?.includes('Écrire aussi en anglais'),
    )!
    expect(folded.hasAttribute('open')).toBe(false)
    await b.fill('Titre, en anglais', 'Serving the evening soup').press('Enregistrer et me relire')
    await b.press('Publier maintenant')
    await b.get(`/work/offers/${id}/edit`)
    expect(b.value('Titre, en anglais')).toBe('Serving the evening soup')
    const english = await world.browser('en').get('/offers')
    expect(english.text).toContain('Serving the evening soup')
  })

  it('of the days online moves the end, and an expired one asks for a new last day', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    await b.get(`/work/offers/${id}/edit`)
    expect(b.value('Dernier jour en ligne')).toBe('2026-12-21')
    await b.fill('Dernier jour en ligne', '2026-12-10').press('Enregistrer les changements')
    expect((await offerOf(world, id)).publish_until).toBe('2026-12-10T23:00:00.000Z')
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.updated', revision: 1, material: false })
    world.clock.set('2026-12-12T09:00:00.000Z')
    const later = await world.signIn('bastien')
    await later.get(`/work/offers/${id}/edit`)
    await later.fill('Titre', 'Servir le café du soir').press('Enregistrer les changements')
    expect(later.errors()['Dernier jour en ligne']).toContain('Ce jour est passé')
    await later.fill('Dernier jour en ligne', '2026-12-31').press('Enregistrer les changements')
    expect(later.text).toContain('Changements enregistrés.')
  })
})

describe('the life of an offer', () => {
  it('is paused and put back online', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    await b.press('Mettre en pause')
    expect(b.text).toContain('est en pause')
    expect(await listingOf(world, id)).toBeUndefined()
    await b.press('Remettre en ligne')
    expect(b.text).toContain('est de nouveau en ligne')
    expect(await listingOf(world, id)).toMatchObject({ applications: 'open' })
    expect((await eventsOf(world, id)).slice(-2)).toEqual([
      { type: 'offer.standing_changed', what: 'paused' },
      { type: 'offer.standing_changed', what: 'resumed' },
    ])
  })

  it('is closed with a reason, leaves the list, keeps its page and counts, and opens again (J16)', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    const counted = { views: 7, applications: 2, accepted: 1 }
    await addCounted(world.deps.db, [{ offerId: id, day: '2026-11-22', channel: 'own', ...counted }])
    await b.follow('Fermer l’annonce')
    await b.press('Fermer l’annonce')
    expect(b.status).toBe(422)
    expect(Object.values(b.errors())).toEqual(['Dites pourquoi vous la fermez.'])
    await b.choose('La saison est finie').fill('Vous pensez la rouvrir ?', '2027-03-01').press('Fermer l’annonce')
    expect(b.text).toContain('est fermée')
    expect(b.text).toContain('La saison est finie')
    expect(await listingOf(world, id)).toBeUndefined()
    expect((await world.browser().get(`/offers/${id}`)).status).toBe(200)
    await writeCounts(world.deps)
    const standing = (await getPublicOffer(world.deps.db, world.deps, id))!.standing
    expect(standing).toMatchObject({ applications: 'closed', status: 'confirmed' })
    expect(standing.publish_until < '2026-11-23').toBe(true)

    world.clock.set('2027-03-01T09:00:00.000Z')
    await keepTime(world.deps)
    await keepTime(world.deps)
    const asked = (await world.mails()).filter(({ template }) => template === 'offers/reopening')
    expect(asked).toHaveLength(1)
    const later = await world.signIn('bastien')
    await later.get(`/work/offers/${id}`)
    await later.follow('Rouvrir l’annonce')
    await later.press('Rouvrir l’annonce')
    expect(later.text).toContain('L’annonce est rouverte.')
    expect(later.text).toContain('30 mars')
    expect(await listingOf(world, id)).toMatchObject({ public_id: id, applications: 'open' })
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.standing_changed', what: 'reopened' })
    // Seven visits before, and the one just made.
    expect(later.text).toMatch(/Notre site 0 8 0 2 1/)
  })

  it('is cancelled after a question', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    await b.follow('Annuler l’annonce')
    expect(b.heading).toBe('Annuler « Servir la soupe du soir » ?')
    await b.choose('La météo ne le permet pas').press('Annuler l’annonce')
    expect((await offerOf(world, id)).state).toBe('cancelled')
    expect((await getPublicOffer(world.deps.db, world.deps, id))!.standing.status).toBe('cancelled')
    expect(b.hasLink('Modifier')).toBe(false)
    await b.post(`/work/offers/${id}/edit`, { version: '9', title_fr: 'Un autre titre' })
    expect(b.status).toBe(409)
  })

  it('is copied as a draft without dates, whose counts begin at nothing (J13)', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Premier jour', '2026-12-01').press('Enregistrer et me relire')
    await b.press('Publier maintenant')
    await b.press('Copier en brouillon')
    expect(b.text).toContain('Voici la copie')
    expect(b.value('Titre')).toBe('Servir la soupe du soir (copie)')
    expect(b.value('Premier jour')).toBe('')
    expect(b.value('Dernier jour en ligne')).toBe('')
    const copyId = b.url.split('/').at(-2)!
    expect(await offerOf(world, copyId)).toMatchObject({ state: 'draft', copied_from: id, revision: 0 })
  })

  it('lets a coordinator throw a draft away, and only an administrator put a closed one away', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    await b.follow('Jeter ce brouillon')
    await b.press('Jeter ce brouillon')
    expect(b.text).toContain('Le brouillon est jeté.')
    expect((await b.get(`/work/offers/${id}`)).status).toBe(404)

    const { id: second, b: bastien } = await publish(world)
    await bastien.follow('Fermer l’annonce')
    await bastien.choose('Toutes les places sont prises').press('Fermer l’annonce')
    expect(bastien.hasLink('Ranger l’annonce')).toBe(false)
    expect((await bastien.post(`/work/offers/${second}/removal`, {})).status).toBe(403)
    const amina = await world.signIn('amina')
    await amina.get(`/work/offers/${second}`)
    await amina.follow('Ranger l’annonce')
    await amina.press('Ranger l’annonce')
    expect((await eventsOf(world, second)).at(-1)).toEqual({ type: 'offer.removed' })
    expect((await world.browser().get(`/offers/${second}`)).status).toBe(410)
  })

  it('that only some may see is in no list and sent to nobody', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await writeDraft(world)
    await b.get(`/work/offers/${id}/edit`)
    await b.choose('Les personnes qui ont le lien').press('Enregistrer et me relire')
    await b.press('Publier maintenant')
    expect(await listingOf(world, id)).toBeUndefined()
    expect(await submissionOf(world, id)).toBeUndefined()
    expect(await getPublicOffer(world.deps.db, world.deps, id)).toBeUndefined()
    expect((await world.browser().get(`/offers/${id}`)).status).toBe(200)
  })

  it('counts places by accepted people, without disturbing an open form', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Combien de personnes ?', '1').press('Enregistrer les changements')
    await b.get(`/work/offers/${id}/edit`)
    const application = {
      id: world.deps.newId(),
      offer_id: id,
      state: 'accepted' as const,
      given_name: 'Nour',
      family_name: 'Petit',
      email: 'nour@example.org',
      email_key: 'nour@example.org',
      locale: 'fr',
      created_at: START,
      updated_at: START,
    }
    await world.deps.db.insertInto('applications').values(application).execute()
    await transact(world.deps, (tx) => refreshStanding(tx, world.deps, id, 'capacity'))
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.standing_changed', what: 'full' })
    expect(await listingOf(world, id)).toMatchObject({ applications: 'full', remaining: 0 })
    await b.fill('Titre', 'Servir le café du soir').press('Enregistrer les changements')
    expect(b.status).toBe(200)
    expect(b.text).toContain('En ligne, complète')
  })
})

describe('the calendar', () => {
  const at = async (world: World, instant: string) => {
    world.clock.set(instant)
    await keepTime(world.deps)
    await keepTime(world.deps)
    return (await world.mails()).filter(({ template }) => template === 'offers/ending')
  }

  it('writes to the contact at D-7, D-2 and on the last day, each once, in their language', async () => {
    const world = await startApp()
    await publish(world)
    await world.deps.db.updateTable('people').set({ locale: 'en' }).where('id', '=', world.id('bastien')).execute()
    expect(await at(world, '2026-12-13T10:00:00.000Z')).toHaveLength(0)
    const [first] = await at(world, '2026-12-14T10:00:00.000Z')
    expect(first).toMatchObject({
      to: 'bastien@example.org',
      subject: '“Servir la soupe du soir”: online until Monday, December 21',
    })
    expect(first!.text).toContain('in 7 days')
    expect(await at(world, '2026-12-15T10:00:00.000Z')).toHaveLength(1)
    expect(await at(world, '2026-12-19T10:00:00.000Z')).toHaveLength(2)
    const last = (await at(world, '2026-12-21T10:00:00.000Z')).at(-1)!
    expect(last.text).toContain('the last day online')
    expect(await at(world, '2026-12-22T10:00:00.000Z')).toHaveLength(3)
  })

  it('writes to the association when the contact has left', async () => {
    const world = await startApp()
    const { id } = await publish(world)
    await world.deps.db
      .updateTable('people')
      .set({ disabled_at: START })
      .where('id', '=', world.id('bastien'))
      .execute()
    const [mail] = await at(world, '2026-12-14T10:00:00.000Z')
    expect(mail?.to).toBe('contact@example.org')
    const amina = await world.signIn('amina')
    await amina.get(`/work/offers/${id}`)
    expect(amina.text).toContain('n’est plus dans l’équipe')
    const b = await world.browser().get(await world.linkFor('contact@example.org'))
    await b.press('Prolonger')
    expect(b.heading).toBe('C’est fait, merci')
  })

  it('gives a link that renews once, without a password, after a question (J12)', async () => {
    const world = await startApp()
    const { id } = await publish(world)
    await at(world, '2026-12-19T10:00:00.000Z')
    const link = await world.linkFor('bastien@example.org')
    const b = world.browser()
    await b.get(link)
    await b.get(link)
    expect(b.text).toContain('17 janvier 2027')
    expect((await offerOf(world, id)).publish_until).toBe('2026-12-21T23:00:00.000Z')
    await b.press('Prolonger')
    expect(b.heading).toBe('C’est fait, merci')
    expect((await offerOf(world, id)).publish_until).toBe('2027-01-17T23:00:00.000Z')
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.standing_changed', what: 'renewed' })
    const again = await world.browser().get(link)
    expect(again.status).toBe(410)
    // No second press any more.
    world.clock.advance(11_000)
    expect((await world.browser().post(link, {})).status).toBe(410)
    expect((await offerOf(world, id)).publish_until).toBe('2027-01-17T23:00:00.000Z')
    expect(await at(world, '2027-01-10T10:00:00.000Z')).toHaveLength(2)
  })

  it('reminds once of a draft that nobody has changed for seven days, by day, and of none that is old (§7.1)', async () => {
    const world = await startApp()
    const { id } = await writeDraft(world)
    const told = async () => (await world.mails()).filter(({ template }) => template === 'offers/draft')
    const at = async (instant: string) => {
      world.clock.set(instant)
      await keepTime(world.deps)
      return (await told()).length
    }
    expect([await at('2026-11-29T08:30:00.000Z'), await at('2026-11-30T05:00:00.000Z')]).toEqual([0, 0])
    expect([await at('2026-11-30T09:00:00.000Z'), await at('2026-12-10T09:00:00.000Z')]).toEqual([1, 1])
    const [mail] = await told()
    expect([mail!.to, mail!.text.includes(`/work/offers/${id}/edit`)]).toEqual(['bastien@example.org', true])
    expect(mail!.text).toContain('Tout est gardé. L’équipe voit le brouillon, le public non.')
    const later = await world.signIn('bastien')
    await publishOffer(later, 'Une autre')
    const old = await writeOffer(later, 'Une vieille idée')
    await world.deps.db
      .updateTable('offers')
      .set({ updated_at: '2026-10-01T09:00:00.000Z' })
      .where('id', '=', old)
      .execute()
    expect(await at('2026-12-20T09:00:00.000Z')).toBe(1)
  })

  it('reminds whoever wrote the draft when its contact is gone, and nobody who cannot open it', async () => {
    const world = await startApp()
    const { id } = await writeDraft(world)
    const told = async () => {
      const mails = (await world.mails()).filter(({ template }) => template === 'offers/draft')
      return mails.map(({ to }) => to)
    }
    const { db } = world.deps
    await db.updateTable('association').set({ contact_email: 'bonjour@jardins.example' }).execute()
    await db
      .updateTable('offers')
      .set({ contact_id: world.id('amina') })
      .where('id', '=', id)
      .execute()
    await db.updateTable('people').set({ disabled_at: world.clock.iso() }).where('id', '=', world.id('amina')).execute()
    world.clock.set('2026-11-30T09:00:00.000Z')
    await keepTime(world.deps)
    expect(await told()).toEqual(['bastien@example.org'])

    await db.updateTable('offers').set({ reminded_until: null }).execute()
    await db.deleteFrom('mails').where('template', '=', 'offers/draft').execute()
    await db.deleteFrom('people_roles').where('person_id', '=', world.id('bastien')).execute()
    await keepTime(world.deps)
    expect(await told()).toEqual([])
  })

  it('gives a link that is over after 14 days', async () => {
    const world = await startApp()
    await publish(world)
    await at(world, '2026-12-14T10:00:00.000Z')
    const link = await world.linkFor('bastien@example.org')
    world.clock.set('2026-12-28T10:00:01.000Z')
    expect((await world.browser().get(link)).status).toBe(410)
    expect((await world.browser().post(link, {})).status).toBe(410)
    expect((await world.browser().get('/renew/nothing')).status).toBe(410)
  })

  it('informs once that an offer has expired, closes it thirty days later, and puts it away after a year', async () => {
    const world = await startApp()
    const { id } = await publish(world)
    await at(world, '2026-12-21T23:00:00.000Z')
    const expiries = (await eventsOf(world, id)).filter((event) => 'what' in event && event.what === 'expired')
    expect(expiries).toHaveLength(1)
    expect((await world.browser().get('/offers')).text).not.toContain('Servir la soupe du soir')
    expect((await offerOf(world, id)).state).toBe('published')
    await at(world, '2027-01-20T22:00:00.000Z')
    expect((await offerOf(world, id)).state).toBe('published')
    await at(world, '2027-01-20T23:00:00.000Z')
    expect(await offerOf(world, id)).toMatchObject({ state: 'closed', closed_reason: 'expired' })
    await at(world, '2028-01-21T23:00:00.000Z')
    expect((await offerOf(world, id)).state).toBe('archived')
  })
})

describe('centres', () => {
  it('are named as a way to more people while we have none: to who may ask, and to who may talk to them', async () => {
    const world = await startApp()
    const { b, id } = await publish(world)
    expect(b.text).toContain('Un centre du bénévolat peut aussi montrer vos annonces')
    expect(b.text).toContain('Parlez-en à la personne qui gère votre site')
    expect(b.hasLink('Rejoindre un centre')).toBe(false)
    const chief = await world.signIn('amina')
    await chief.get(`/work/offers/${id}`)
    await chief.follow('Rejoindre un centre')
    expect(chief.hasButton('Demander à rejoindre')).toBe(true)
    await joinCentre(world)
    expect((await b.get(`/work/offers/${id}`)).text).not.toContain('Un centre du bénévolat peut aussi')
  })

  it('get everything that is online when they take us in, once', async () => {
    const world = await startApp()
    const { id } = await publish(world)
    await joinCentre(world)
    await transact(world.deps, (tx) => submitOffersTo(tx, world.deps, CENTRE))
    await transact(world.deps, (tx) => submitOffersTo(tx, world.deps, CENTRE))
    expect(await submissionOf(world, id)).toMatchObject({ state: 'sent', revision: 1 })
    expect((await eventsOf(world, id)).filter(({ type }) => type === 'offer.submitted')).toEqual([
      { type: 'offer.submitted', centre: CENTRE },
    ])
  })

  it('answer with a reason and a word, which the contact reads by mail and on the page; received twice, sent once', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    const answer = {
      offerId: id,
      centreUri: CENTRE,
      decision: 'refused' as const,
      revision: 1,
      reasonCode: 'off_territory',
      note: 'Voyez <b>Beaune</b>.',
    }
    await transact(world.deps, (tx) => recordDecision(tx, world.deps, answer))
    await transact(world.deps, (tx) => recordDecision(tx, world.deps, answer))
    const mails = (await world.mails()).filter(({ template }) => template === 'offers/decided')
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ to: 'bastien@example.org' })
    expect(mails[0]!.subject.replaceAll(/\s/g, ' ')).toBe(
      '« Servir la soupe du soir » : pas retenue par le Centre du bénévolat',
    )
    expect(mails[0]!.text).toContain('Hors du territoire')
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('Refusée')
    expect(b.text).toContain('Hors du territoire')
    expect(b.text).toContain('Voyez <b>Beaune</b>.')
    await b.get('/work')
    expect(b.text).toContain('1 annonce refusée par un centre')
    await b.follow('1 annonce refusée par un centre')
    expect([b.url, b.text.includes(' : refusée') || b.text.includes(': refusée')]).toEqual([
      '/work/offers?state=answers',
      true,
    ])
  })

  it('ask for a change: the next text goes back to them by itself', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    await transact(world.deps, (tx) =>
      recordDecision(tx, world.deps, {
        offerId: id,
        centreUri: CENTRE,
        decision: 'changes_requested',
        revision: 1,
        reasonCode: 'changes_requested',
        note: 'À quelle heure ?',
      }),
    )
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('Une question')
    expect(b.text).toContain('À quelle heure ?')
    expect(b.text).not.toContain('changes_requested')
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Combien de personnes ?', '5').press('Enregistrer les changements')
    expect(await submissionOf(world, id)).toMatchObject({ state: 'sent', revision: 2, note: '', reason_code: null })
  })

  it('can be left one by one, and asked again', async () => {
    const world = await startApp()
    await joinCentre(world)
    const { b, id } = await publish(world)
    await b.follow('Retirer de ce centre')
    expect(b.heading).toBe('Retirer l’annonce du Centre du bénévolat ?')
    await b.press('Retirer de ce centre')
    expect(b.text).toContain('Retirée par vous')
    expect((await eventsOf(world, id)).at(-1)).toEqual({ type: 'offer.withdrawn', centre: CENTRE })
    await transact(world.deps, (tx) =>
      recordDecision(tx, world.deps, { offerId: id, centreUri: CENTRE, decision: 'accepted', revision: 1 }),
    )
    expect((await submissionOf(world, id))?.state).toBe('withdrawn')
    await b.get(`/work/offers/${id}`)
    await b.press('Proposer à ce centre Centre du bénévolat')
    expect((await submissionOf(world, id))?.state).toBe('sent')
    expect((await b.post(`/work/offers/${id}/proposal`, { centre: 'https://unknown.example/actor' })).status).toBe(404)
  })

  it('are known by the token in their links, and nobody else can make one', async () => {
    const world = await startApp()
    const affiliation = await joinCentre(world)
    const { id } = await publish(world)
    const token = viaToken(world.deps, affiliation, id)
    const of = (via: unknown, offer = id) => channelOf(world.deps, world.deps.db, offer, via)
    expect(await of(token)).toBe(CENTRE)
    for (const via of [undefined, '', 'own', `${affiliation}.${id}.AAAA`, `${token}x`, token.replace(id, 'other')]) {
      expect(await of(via)).toBe('own')
    }
    expect(await of(token, 'other')).toBe('own')
  })
})

it('that the public has seen is put away by an administrator, not by a coordinator (J17)', async () => {
  const world = await startApp()
  const { b, id } = await publish(world)
  const counted = { views: 7, applications: 2, accepted: 1 }
  await addCounted(world.deps.db, [{ offerId: id, day: '2026-11-22', channel: 'own', ...counted }])
  await b.post(`/work/offers/${id}/closing`, { reason: 'season' })
  await b.post(`/work/offers/${id}/removal`, {})
  expect([403, 409]).toContain(b.status)
  const state = () => world.deps.db.selectFrom('offers').select('state').where('id', '=', id).executeTakeFirst()
  expect(await state()).toEqual({ state: 'closed' })
  await (await world.signIn('amina')).post(`/work/offers/${id}/removal`, {})
  expect(await state()).toEqual({ state: 'archived' })
  expect(await world.deps.db.selectFrom('offer_counts').selectAll().execute()).toMatchObject([counted])
})

describe('the list', () => {
  it('is empty at first and shows what to do', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers')
    expect(b.text).toContain('Vous n’avez pas encore d’annonce.')
    await b.get('/work')
    expect(b.text).toContain('Rien ne vous attend.')
  })

  it('shows states and counts, narrows to one state, and is saved for a spreadsheet', async () => {
    const world = await startApp()
    const { b } = await publish(world)
    await b.get('/work/offers/new')
    await b.fill('Titre', '=Tenir le stand').press('Enregistrer et me relire')
    await b.get('/work')
    expect(b.text).toContain('1 brouillon à finir')
    await b.get('/work/offers')
    expect(b.text).toContain('Servir la soupe du soir')
    expect(b.text).toContain('jusqu’au 21 décembre 2026')
    await b.follow('Brouillons')
    expect(b.text).toContain('=Tenir le stand')
    expect(b.text).not.toContain('Servir la soupe du soir')
    await b.get('/work/offers.csv')
    expect(b.headers.get('content-type')).toContain('text/csv')
    expect(b.html).toContain('Servir la soupe du soir;En ligne;2026-11-22;2026-12-21;0;0;0;0;4')
    expect(b.html).toContain("'=Tenir le stand")
  })

  it('is paged', async () => {
    const world = await startApp()
    const { b, id } = await writeDraft(world)
    for (let n = 0; n < 24; n++) await b.post(`/work/offers/${id}/copy`, { form_id: `copy-${n}` })
    await b.get('/work/offers')
    expect(b.document.querySelectorAll('tbody tr')).toHaveLength(20)
    await b.follow('La suite')
    expect(b.document.querySelectorAll('tbody tr')).toHaveLength(5)
    expect(b.hasLink('La suite')).toBe(false)
    await b.get('/work/offers?page=99')
    expect(b.document.querySelectorAll('tbody tr')).toHaveLength(20)
  })
})

describe('the first steps of a new site (pages F16)', () => {
  it('are ticked one by one, lead where they are done, and are gone with the last', async () => {
    const world = await startApp()
    const { db } = world.deps
    await db.updateTable('association').set({ contact_phone: '', mission: '{}' }).execute()
    const b = await world.signIn('amina', { isRead: true })
    expect(b.url).toBe('/work')
    expect(b.text).toContain('Encore 4 choses, et tout est prêt.')
    // « Nothing waits » would contradict them.
    expect(b.text).not.toContain('Rien ne vous attend.')
    await b.follow('Donnez un numéro à appeler')
    expect(b.url).toBe('/settings')
    await b.fill('Téléphone', '03 80 00 00 00').press('Enregistrer les réglages')
    await b.get('/work')
    expect([b.hasLink('Donnez un numéro à appeler'), b.text.includes('Donnez un numéro à appeler (fait)')]).toEqual([
      false,
      true,
    ])
    expect(b.text).toContain('Encore 3 choses, et tout est prêt.')
    await db.updateTable('association').set({ mission: '{"fr":"Nous jardinons."}' }).execute()
    await publishOffer(await world.signIn('bastien'))
    await b.get('/work')
    expect(b.text).toContain('Encore une chose, et tout est prêt.')
    expect((await (await world.signIn('bastien')).get('/work')).text).not.toContain('Vos premiers pas')
    const at = world.clock.iso()
    const centre = { id: 'c', partner_uri: 'https://c.example/actor', partner_is: 'centre', partner_name: 'C' } as const
    const asked = { partner_url: 'https://c.example', state: 'requested', requested_at: at } as const
    await db
      .insertInto('affiliations')
      .values({ ...centre, ...asked })
      .execute()
    expect((await b.get('/work')).text).not.toContain('Vos premiers pas')
  })

  it('of a centre: an association that asks is let in before the step is done', async () => {
    const world = await startApp({ kind: 'centre' })
    const step = 'Accueillez une première association'
    const b = await world.signIn('amina')
    await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    expect((await b.get('/work')).hasLink(step)).toBe(true)
    const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await b.post(`/partners/${id}/acceptance`, {})
    await b.get('/work')
    expect(b.text).not.toContain('Vos premiers pas')
  })
})
