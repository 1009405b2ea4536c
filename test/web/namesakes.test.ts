// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { becomeVolunteer } from '../../server/people/commands/add.ts'
import { Invalid } from '../../server/web/errors.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'

afterEach(stopApps)

it('public 33: whoever is accepted is the known person of that mailbox, whichever name they typed first', async () => {
  const { deps, id } = await startApp()
  const of = (given_name: string, family_name: string, who = '') => {
    const input = { given_name, family_name, email: 'chloe@example.org', phone: '', locale: 'fr' }
    return transact(deps, (tx) => becomeVolunteer(tx, deps, input, { who }))
  }
  expect(await of('Chloé', 'Tremblay')).toBe(id('chloe'))
  expect(await of('TREMBLAY', 'Chloe')).toBe(id('chloe'))
  await expect(of('Chloé', 'Tremblay-Roy')).rejects.toBeInstanceOf(Invalid)
  expect(await of('Chloé', 'Tremblay-Roy', id('chloe'))).toBe(id('chloe'))
  const compound = await of('Chloé', 'Tremblay-Roy', 'other')
  expect(compound).not.toBe(id('chloe'))
  expect(await of('Tremblay Roy', 'Chloé')).toBe(compound)
})

describe('public 33: a similar name at the same mailbox is asked about, and both answers are taken', () => {
  const jo = { given_name: 'Tremblay-Roy', family_name: 'Chloé', email: 'Chloe@example.org', phone: '', locale: 'fr' }

  it('when somebody is invited', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    for (const names of [jo, { ...jo, given_name: 'Tremblay', family_name: 'Chloé' }]) {
      await b.post('/work/people/new', names)
      expect([b.status, b.value('Adresse e-mail')]).toEqual([422, 'Chloe@example.org'])
    }
    await b.post('/work/people/new', jo)
    expect(b.text).toContain('Chloé Tremblay (numéro 1003) a la même adresse et un nom qui ressemble.')
    await b.choose('C’est Chloé Tremblay (numéro 1003)').press('Envoyer l’invitation')
    expect(b.url).toBe(`/work/people/${world.id('chloe')}`)
    expect(b.text).toContain('est déjà dans la liste')
    await b.post('/work/people/new', jo)
    await b.choose('C’est une autre personne : l’ajouter').press('Envoyer l’invitation')
    expect(b.heading).toContain('Tremblay-Roy Chloé')
    expect(
      await world.deps.db.selectFrom('people').select('id').where('email_key', '=', 'chloe@example.org').execute(),
    ).toHaveLength(2)
  })

  it('when a person’s contact is corrected into another one', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.post('/work/people/new', { ...jo, given_name: 'Zoé', family_name: 'Roy', email: '' })
    const path = b.url
    await b.post(`${path}/contact`, { ...jo, given_name: 'Tremblay', family_name: 'Chloé' })
    expect([b.status, b.text.includes('déjà dans la liste')]).toEqual([422, true])
  })

  it('when an application is noted or accepted', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const offer = await publishOffer(b)
    await b.post('/work/applications/new', { ...jo, offer, accept: 'on' })
    expect(b.status).toBe(422)
    await b.choose('C’est Chloé Tremblay (numéro 1003)').press('Noter la candidature')
    const [noted] = await world.deps.db.selectFrom('applications').select(['id', 'person_id']).execute()
    expect(noted!.person_id).toBe(world.id('chloe'))
    await b.post('/work/applications/new', { ...jo, given_name: 'Roy Tremblay', offer })
    const waiting = await world.deps.db
      .selectFrom('applications')
      .select('id')
      .where('state', '=', 'submitted')
      .executeTakeFirstOrThrow()
    await b.post(`/work/applications/${waiting.id}/acceptance`, { word: 'Bienvenue !' })
    expect([b.status, b.document.querySelector('textarea[name=word]')!.textContent]).toEqual([422, 'Bienvenue !'])
    await b.post(`/work/applications/${waiting.id}/acceptance`, { word: 'Bienvenue !', who: 'other' })
    expect(b.status).toBe(200)
    expect(
      await world.deps.db.selectFrom('people').select('id').where('email_key', '=', 'chloe@example.org').execute(),
    ).toHaveLength(2)
  })
})

describe('public kind 2: a mailbox is not a person', () => {
  it('whoever shares the mailbox of the contact may apply; the contact may not', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const apply = (given_name: string, family_name: string) =>
      world.browser().post(`/offers/${offer}/apply`, { given_name, family_name, email: 'bastien@example.org' })
    await apply('Moreau', 'Bastien')
    expect((await world.mails()).at(-1)?.template).toBe('applications/own')
    await apply('Jeanne', 'Moreau')
    expect((await world.mails()).at(-1)?.template).toBe('applications/confirm')
  })

  it('an application that somebody of the household makes on the same screen is not of who is signed in', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const chloe = await world.signIn('chloe')
    const apply = (given_name: string, family_name: string) =>
      chloe.post(`/offers/${offer}/apply`, { given_name, family_name, email: 'chloe@example.org' })
    await apply('Paul', 'Tremblay')
    await apply('Chloé', 'Tremblay')
    expect(
      await world.deps.db.selectFrom('applications').select(['given_name', 'person_id']).orderBy('id').execute(),
    ).toEqual([
      { given_name: 'Paul', person_id: null },
      { given_name: 'Chloé', person_id: world.id('chloe') },
    ])
  })

  it('what a known person sends without signing in is found in their data, and not in those of the household', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    for (const given_name of ['chloe', 'Paul']) {
      const b = world.browser()
      await b.post(`/offers/${offer}/apply`, { given_name, family_name: 'TREMBLAY', email: 'chloe@example.org' })
      await b.get(await world.linkFor('chloe@example.org'))
      await b.press('Oui, je confirme')
      await world.settle()
    }
    const people = await world.deps.db
      .selectFrom('applications')
      .select(['given_name', 'person_id'])
      .orderBy('id')
      .execute()
    expect(people).toEqual([
      { given_name: 'chloe', person_id: world.id('chloe') },
      { given_name: 'Paul', person_id: null },
    ])
    const chloe = await world.signIn('chloe')
    const data = (await chloe.get('/my/data.json')).html
    expect([data.includes('"chloe"'), data.includes('"Paul"')]).toEqual([true, false])
  })

  it('the mailbox of the association stays when somebody else has it too', async () => {
    const world = await startApp()
    const { db } = world.deps
    await db.updateTable('association').set({ contact_email: 'david@example.org', contact_name: 'L’accueil' }).execute()
    const david = (await findPerson(db, world.id('david')))!
    await updatePerson(db, world.id('chloe'), { email: david.email, email_key: david.email_key })
    await erasePerson(world.deps, david, null)
    expect((await db.selectFrom('association').select('contact_email').executeTakeFirstOrThrow()).contact_email).toBe(
      'david@example.org',
    )
    await erasePerson(world.deps, (await findPerson(db, world.id('chloe')))!, null)
    expect((await db.selectFrom('association').select('contact_email').executeTakeFirstOrThrow()).contact_email).toBe(
      '',
    )
  })
})
