// SPDX-License-Identifier: AGPL-3.0-or-later
// P14: whoever is too young to come alone comes with the permission of a parent.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { anonymiseEnded, forgetUnconfirmed, remindGuardians } from '../../server/applications/timetable.ts'
import { DAY } from '../../server/base/clock.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { bastienOf, fold, linksTo, publish, row, YVON } from '../support/answering.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const YOUNG = { ...YVON, minor: 'on', guardian_name: 'Rosa Paquette', guardian_email: 'rosa@example.org' }

const guardians = (world: World) => world.deps.db.selectFrom('application_guardians').selectAll().execute()
const mailsTo = async (world: World, email: string) =>
  (await world.mails()).filter(({ to }) => to === email).map((mail) => ({ ...mail, text: fold(mail.text) }))

async function applied(more: Parameters<typeof publish>[1] = {}) {
  const world = await startApp()
  const offer = await publish(world, more)
  await world.browser().post(`/offers/${offer}/apply`, YOUNG)
  const own = await world.linkFor(YVON.email)
  return { world, offer, own }
}

async function asked(more: Parameters<typeof publish>[1] = {}) {
  const found = await applied(more)
  await found.world.browser().post(`${found.own}/confirmation`, {})
  return { ...found, link: await found.world.linkFor('rosa@example.org') }
}

describe('a child applies', () => {
  it('the parent is asked once the mailbox is proved, agrees, and only then the child is accepted (P14)', async () => {
    const { world, own } = await applied()
    expect(await mailsTo(world, 'rosa@example.org')).toEqual([])
    await world.browser().post(`${own}/confirmation`, {})
    const [mail] = await mailsTo(world, 'rosa@example.org')
    expect(fold(mail!.subject)).toBe('Votre accord pour Yvon Paquette : Trier les dons')
    expect(mail!.text).toContain('Yvon Paquette veut venir aider')
    const team = await linksTo(world)
    const b = await world.browser().get(team.acceptance)
    expect(b.text).toContain('Accord du parent attendu')
    await b.press('Accepter Yvon')
    expect([b.status, b.text.includes('Il manque l’accord d’un parent')]).toEqual([409, true])
    const desk = await world.signIn('bastien')
    await desk.post(`/work/applications/${(await row(world)).id}/acceptance`, { word: '' })
    expect([desk.status, desk.text.includes('Il manque l’accord d’un parent')]).toEqual([409, true])
    expect((await row(world)).state).toBe('submitted')
    expect((await world.browser().get(own)).text).toContain('Nous attendons la réponse de Rosa Paquette.')

    const link = await world.linkFor('rosa@example.org')
    const parent = await world.browser().get(link)
    expect([parent.status, parent.heading]).toEqual([200, 'Yvon Paquette veut venir aider'])
    for (const words of ['Trier les dons', 'À distance', 'Les Jardins du Canal', 'J’ai l’autorité parentale'])
      expect(parent.text).toContain(words)
    for (const hidden of ['yvon@example.org', 'rosa@example.org']) expect(parent.text).not.toContain(hidden)
    await parent.press('Oui, j’accepte')
    expect(parent.text).toContain('Votre accord est noté.')
    const [given] = await guardians(world)
    expect(given).toMatchObject({ given_at: world.clock.iso(), withdrawn_at: null, noted_by: null })
    expect(fold(given!.wording)).toContain('J’accepte que Yvon Paquette vienne aider pour « Trier les dons »')

    const told = (await mailsTo(world, 'bastien@example.org')).at(-1)!
    expect(told.text).toContain('Un parent accepte que Yvon Paquette vienne aider')
    await world.browser().post((await linksTo(world)).acceptance, { word: '' })
    expect((await row(world)).state).toBe('accepted')
  })

  it('a parent refuses, or takes it back: nobody accepts, and the team is told', async () => {
    const { world, link } = await asked()
    const parent = await world.browser().get(link)
    await parent.press('Non, je n’accepte pas')
    expect(parent.text).toContain('Le parent n’est pas d’accord')
    const told = (await mailsTo(world, 'bastien@example.org')).at(-1)!.text
    expect([told.includes('Un parent refuse, ou n’accepte plus'), told.includes('/acceptance')]).toEqual([true, false])
    const accept = async () => acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
    await expect(accept()).rejects.toThrow('applications.refused.no_consent')
    await parent.press('Oui, j’accepte')
    await accept()
    await parent.get(link)
    await parent.press('Retirer mon accord')
    expect((await guardians(world))[0]!.withdrawn_at).not.toBeNull()
    // The team decides about the place.
    expect((await row(world)).state).toBe('accepted')
    const desk = await world.signIn('bastien')
    await desk.get(`/work/applications/${(await row(world)).id}`)
    expect(desk.text).toContain('Rosa Paquette a refusé ou retiré son accord')
    const events = await world.deps.db
      .selectFrom('events')
      .select('type')
      .where('type', 'like', 'application.consent%')
      .orderBy('seq')
      .execute()
    expect(events.map(({ type }) => type.split('_')[1])).toEqual(['withdrawn', 'given', 'withdrawn'])
  })

  it('a place of the waiting list is not taken without it', async () => {
    const { world, own } = await asked()
    const { id } = await row(world)
    await world.deps.db.updateTable('applications').set({ state: 'place_offered' }).where('id', '=', id).execute()
    const b = world.browser()
    await b.post(`${own}/place`, {})
    expect([b.text.includes('Il manque l’accord d’un parent'), (await row(world)).state]).toEqual([
      true,
      'place_offered',
    ])
  })

  it('a permission on paper is noted with the name of who noted it', async () => {
    const { world } = await asked()
    const desk = await world.signIn('bastien')
    await desk.get(`/work/applications/${(await row(world)).id}`)
    await desk.press('J’ai son accord sur papier')
    expect(desk.text).toContain('Rosa Paquette a donné son accord')
    expect((await guardians(world))[0]).toMatchObject({ noted_by: world.id('bastien'), withdrawn_at: null })
    await acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
  })

  it('a parent who does not answer is written to once more, and not when it no longer helps', async () => {
    const { world, own } = await asked()
    const count = async () => (await mailsTo(world, 'rosa@example.org')).length
    world.clock.advance(2 * DAY)
    await remindGuardians(world.deps)
    expect(await count()).toBe(1)
    world.clock.advance(DAY)
    for (let n = 0; n < 2; n += 1) await remindGuardians(world.deps)
    expect(await count()).toBe(2)
    expect((await mailsTo(world, 'rosa@example.org')).at(-1)!.text).toContain('Nous n’avons pas encore votre réponse.')
    await stopApps()
    const other = await asked()
    await other.world
      .browser()
      .post(`${own.replace(/[^/]+$/, other.own.split('/').at(-1)!)}/withdrawal`, { reason: '' })
    other.world.clock.advance(4 * DAY)
    await remindGuardians(other.world.deps)
    expect((await mailsTo(other.world, 'rosa@example.org')).length).toBe(1)
  })
})

it('a reminder that fails keeps no other back', async () => {
  const { world, offer } = await asked()
  const [other, parent] = ['zoe@example.org', 'luc@example.org']
  await world
    .browser()
    .post(`/offers/${offer}/apply`, { ...YOUNG, given_name: 'Zoé', email: other, guardian_email: parent })
  await world.browser().post(`${await world.linkFor(other)}/confirmation`, {})
  await world.deps.db.updateTable('applications').set({ locale: 'no-such' }).where('email', '=', YVON.email).execute()
  world.clock.advance(3 * DAY)
  await expect(remindGuardians(world.deps)).rejects.toThrow()
  expect((await mailsTo(world, parent)).length).toBe(2)
  expect((await guardians(world)).map(({ reminded_at }) => reminded_at !== null)).toEqual([false, true])
})

describe('the form', () => {
  it('asks for a name and another mailbox, and comes back as typed', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await world.browser().get(`/offers/${offer}/apply`)
    expect(b.document.querySelector('details')!.hasAttribute('open')).toBe(false)
    const faults: [Record<string, string>, string][] = [
      [{ guardian_name: '' }, 'Écrivez le nom d’un parent'],
      [{ guardian_email: '' }, 'Écrivez l’adresse de ce parent'],
      [{ guardian_email: 'rosa' }, 'Cette adresse n’est pas complète.'],
      [{ guardian_email: ' YVON@example.org' }, 'C’est votre adresse.'],
    ]
    for (const [wrong, says] of faults) {
      await b.post(`/offers/${offer}/apply`, { ...YOUNG, ...wrong })
      expect([b.status, b.text.includes(says)]).toEqual([422, true])
      expect(b.document.querySelector('details')!.hasAttribute('open')).toBe(true)
    }
    expect(await guardians(world)).toEqual([])
    // Without the tick, what stands there is not read.
    await b.post(`/offers/${offer}/apply`, { ...YOUNG, minor: '' })
    expect([await guardians(world), (await row(world)).state]).toEqual([[], 'unconfirmed'])
  })

  it('names one parent ten times a day at most, and says nothing about it', async () => {
    const world = await startApp()
    const offer = await publish(world)
    for (let n = 1; n <= 11; n += 1) {
      const b = await world.browser().post(`/offers/${offer}/apply`, { ...YOUNG, email: `enfant${n}@example.org` })
      expect(b.url).toContain('?sent=')
    }
    expect((await guardians(world)).length).toBe(10)
  })

  it('is not there where only grown-ups come, nor where the association asks nobody', async () => {
    const world = await startApp()
    for (const [min_age, guardian_age, isThere] of [
      [18, 18, false],
      [16, 18, true],
      [null, 0, false],
      [null, 14, true],
    ] as const) {
      await world.deps.db.updateTable('association').set({ guardian_age }).execute()
      const offer = await publish(world, { min_age })
      const b = await world.browser().get(`/offers/${offer}/apply`)
      expect([min_age, guardian_age, b.document.querySelector('[name=minor]') !== null]).toEqual([
        min_age,
        guardian_age,
        isThere,
      ])
      if (isThere) continue
      await b.post(`/offers/${offer}/apply`, { ...YOUNG, age: 'on', email: `y${min_age}@example.org` })
      expect(await guardians(world)).toEqual([])
    }
  })

  it('the association sets the age', async () => {
    const world = await startApp()
    const b = await world.signIn('amina')
    await b.get('/settings')
    await b.fill('Accord d’un parent avant l’âge de', '200').press('Enregistrer les réglages')
    expect([b.status, b.text.includes('Écrivez un âge entre 0 et 25')]).toEqual([422, true])
    await b.get('/settings')
    await b.fill('Accord d’un parent avant l’âge de', '16').press('Enregistrer les réglages')
    expect(
      (await world.deps.db.selectFrom('association').select('guardian_age').executeTakeFirstOrThrow()).guardian_age,
    ).toBe(16)
  })
})

describe('the link', () => {
  it('changes nothing when a program opens it, and ends with the application', async () => {
    const { world, own, link } = await asked()
    const before = JSON.stringify(await guardians(world))
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(world.url + link, { method })
    expect(JSON.stringify(await guardians(world))).toBe(before)
    for (const wrong of [`${link}x`, `/applications/guardian/${own.split('/').at(-1)}`])
      expect((await world.browser().get(wrong)).status).toBe(404)
    expect((await world.browser().get(`/applications/${link.split('/').at(-1)}`)).status).toBe(404)
    await world.browser().post(`${own}/withdrawal`, { reason: '' })
    const b = await world.browser().get(link)
    expect([
      b.text.includes('Cette candidature est terminée'),
      b.document.querySelectorAll('main form').length,
    ]).toEqual([true, 0])
    await b.post(`${link}/consent`, {})
    expect((await guardians(world))[0]!.given_at).toBeNull()
  })
})

describe('personal data', () => {
  it('goes with the application: not confirmed, twelve months after the end, or erased with the person', async () => {
    const first = await applied()
    first.world.clock.advance(4 * DAY)
    await forgetUnconfirmed(first.world.deps)
    expect(await guardians(first.world)).toEqual([])
    await stopApps()

    const ended = await asked()
    await ended.world.browser().post(`${ended.own}/withdrawal`, { reason: '' })
    ended.world.clock.advance(370 * DAY)
    await anonymiseEnded(ended.world.deps)
    expect(await guardians(ended.world)).toEqual([])
    expect((await ended.world.browser().get(ended.link)).status).toBe(404)
    await stopApps()

    const { world, link } = await asked()
    await world.browser().post(`${link}/consent`, {})
    await acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
    const yvon = (await findPerson(world.deps.db, (await row(world)).person_id!))!
    let text = ''
    for await (const part of personAsJson(world.deps, yvon)) text += part
    expect(text).toContain('rosa@example.org')
    await erasePerson(world.deps, yvon, null)
    expect(await guardians(world)).toEqual([])
    expect((await world.browser().get(link)).status).toBe(404)
  })
})
