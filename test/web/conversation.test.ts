// SPDX-License-Identifier: AGPL-3.0-or-later
// One conversation for each application, by mail and on the pages of both sides.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { anonymiseEnded } from '../../server/applications/timetable.ts'
import { DAY } from '../../server/base/clock.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { aminaOf, apply, bastienOf, fold, linksTo, noteRosa, publish, row, YVON } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

async function begun() {
  const world = await startApp()
  const offer = await publish(world)
  await apply(world, offer)
  const own = await world.linkFor(YVON.email)
  return { world, offer, own, links: await linksTo(world), work: `/work/applications/${(await row(world)).id}` }
}

const messages = (world: World) =>
  world.deps.db.selectFrom('application_messages').selectAll().orderBy('sent_at').orderBy('id').execute()
const lastTo = async (world: World, email: string) => {
  const mail = (await world.mails()).findLast(({ to }) => to === email)!
  return { ...mail, subject: fold(mail.subject), text: fold(mail.text) }
}
const ask = (world: World, own: string, body: string) => world.browser().post(`${own}/messages`, { body })

describe('from one side to the other', () => {
  it('Bastien asks by the link in his mail, Yvon answers on his page, Bastien reads it in his mail', async () => {
    const { world, own, links } = await begun()
    const b = await world.browser().get(links.ask!)
    expect([b.status, b.heading]).toEqual([200, 'Messages avec Yvon Paquette'])
    await b.fill('Écrire à Yvon', 'Avez-vous des gants ?').press('Envoyer le message')
    expect([b.url.replace('#messages', ''), b.text.includes('Avez-vous des gants ?')]).toEqual([links.ask, true])
    expect((await row(world)).state).toBe('submitted')

    const mail = await lastTo(world, YVON.email)
    expect(mail.subject).toBe('Un message pour vous : Trier les dons')
    expect(mail.text).toContain('Bastien Moreau vous écrit :\n\n> Avez-vous des gants ?\n')
    expect(mail.text).toContain(`http://localhost:3000${own}#messages`)
    expect(mail.text).toContain('Répondez de préférence sur cette page')
    // Whoever answers the mail itself reaches the contact, as before.
    const sent = await world.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('template', '=', 'applications/message')
      .execute()
    expect(sent.map(({ reply_email }) => reply_email)).toEqual(['bastien@example.org'])

    const yvon = await world.browser().get(own)
    expect(yvon.text).toContain('Avez-vous des gants ?')
    expect(yvon.text).toContain('Bastien Moreau')
    await yvon.fill('Écrire à l’équipe', 'Oui.\n\nDeux paires.').press('Envoyer le message')
    expect([yvon.status, yvon.text.includes('Votre message est parti.')]).toEqual([200, true])
    expect(yvon.text).toContain('Deux paires.')

    const answer = await lastTo(world, 'bastien@example.org')
    expect(answer.subject).toBe('Un message d’Yvon Paquette : Trier les dons')
    expect(answer.text).toContain('> Oui.\n>\n> Deux paires.\n')
    await b.get((await linksTo(world, 'bastien@example.org', 'messages')).ask!)
    expect(b.text).toContain('Deux paires.')
    const events = await world.deps.db
      .selectFrom('events')
      .select(['type', 'actor_id', 'details'])
      .where('type', 'in', ['application.team_wrote', 'application.person_wrote'])
      .orderBy('seq')
      .execute()
    expect(events.map(({ type, actor_id }) => [type, actor_id])).toEqual([
      ['application.team_wrote', world.id('bastien')],
      ['application.person_wrote', null],
    ])
    expect(JSON.stringify(events)).not.toContain('gants')
  })

  it('signed in, and in English for whoever reads English', async () => {
    const { world, work } = await begun()
    await world.deps.db.updateTable('applications').set({ locale: 'en' }).execute()
    const b = await world.signIn('bastien')
    await b.get(work)
    await b.fill('Écrire à Yvon', 'Any gloves?').press('Envoyer le message')
    expect(b.text).toContain('Any gloves?')
    const mail = await lastTo(world, YVON.email)
    expect(mail.subject).toBe('A message for you: Trier les dons')
    expect(mail.text).toContain('Please answer on this page')
  })

  it('after an acceptance both still write, and the team by the link of that mail only', async () => {
    const { world, own, links } = await begun()
    await acceptApplication(world.deps, aminaOf(world), (await row(world)).id, { word: '' })
    world.clock.advance(1000)
    const b = world.browser()
    await b.post(links.ask!, { body: 'Bonjour' })
    expect([b.url, (await messages(world)).length]).toEqual([links.overview, 0])
    await ask(world, own, 'J’arrive à 9 h.')
    const late = (await linksTo(world, 'bastien@example.org', 'messages')).ask!
    await b.get(late)
    expect(b.status).toBe(200)
    await b.fill('Écrire à Yvon', 'Parfait.').press('Envoyer le message')
    expect((await messages(world)).map(({ body }) => body)).toEqual(['J’arrive à 9 h.', 'Parfait.'])
    // It decides nothing.
    const overview = late.replace('/messages', '')
    await b.post(`${overview}/refusal`, { reason: 'no_fit', answer_no_fit: 'Non.' })
    expect((await row(world)).state).toBe('accepted')
  })
})

describe('what waits to be read', () => {
  it('stands on « À faire », in the list and on the page, until somebody answers or says it is read', async () => {
    const { world, own, work } = await begun()
    await acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
    const b = await world.signIn('amina')
    const waits = async () => {
      await b.get('/work')
      const onDesk = b.text.includes('1 candidature avec un message à lire')
      await b.get('/work/applications?state=messages')
      const inList = b.text.includes('Yvon Paquette') && b.text.includes('Message à lire')
      await b.get(work)
      return [onDesk, inList, b.document.querySelectorAll('#messages .state--new').length]
    }
    expect(await waits()).toEqual([false, false, 0])
    await ask(world, own, 'Puis-je venir avec ma fille ?')
    expect(await waits()).toEqual([true, true, 1])
    // Looking is not reading: a colleague may only have passed by.
    expect(await waits()).toEqual([true, true, 1])
    await b.press('C’est lu, rien à répondre')
    expect(await waits()).toEqual([false, false, 0])
    await ask(world, own, 'Et mon fils ?')
    expect(await waits()).toEqual([true, true, 1])
    await b.fill('Écrire à Yvon', 'Oui.').press('Envoyer le message')
    expect(await waits()).toEqual([false, false, 0])
  })

  it('what came while an answer was written stays unread', async () => {
    const { world, own, work } = await begun()
    await ask(world, own, 'Une question.')
    const b = await world.signIn('bastien')
    await b.get(work)
    world.clock.advance(1000)
    await ask(world, own, 'Et une autre.')
    await b.fill('Écrire à Yvon', 'Voici.').press('Envoyer le message')
    expect((await messages(world)).map(({ body, read_at }) => [body, read_at !== null])).toEqual([
      ['Une question.', true],
      ['Et une autre.', false],
      ['Voici.', false],
    ])
  })

  it('by the link in the mail too', async () => {
    const { world, own } = await begun()
    await ask(world, own, 'Une question.')
    const b = await world.browser().get((await linksTo(world, 'bastien@example.org', 'messages')).ask!)
    await b.press('C’est lu, rien à répondre')
    expect((await messages(world))[0]!.read_at).not.toBeNull()
  })
})

describe('nothing is lost, and nothing too much', () => {
  it('an empty or a too long message comes back as typed', async () => {
    const { world, own, links, work } = await begun()
    const team = await world.signIn('bastien')
    for (const [b, path] of [
      [world.browser(), own],
      [world.browser(), links.ask!.replace('/messages', '')],
      [team, work],
    ] as const) {
      await b.post(`${path}/messages`, { body: ' ' })
      expect([b.status, b.text.includes('Écrivez votre message.')]).toEqual([422, true])
      await b.post(`${path}/messages`, { body: 'x'.repeat(2001) })
      expect([b.status, b.html.includes('x'.repeat(2001))]).toEqual([422, true])
    }
    expect(await messages(world)).toEqual([])
  })

  it('pressed twice, it is sent once', async () => {
    const { world, own } = await begun()
    const b = await world.browser().get(own)
    const form_id = b.document.querySelector('#main-form [name=form_id]')!.getAttribute('value')!
    for (let n = 0; n < 2; n += 1) await b.post(`${own}/messages`, { body: 'Bonjour', form_id, read: '' })
    expect((await messages(world)).length).toBe(1)
  })

  it('21 messages in a day: the last one is refused and stays in the form; the other side still writes', async () => {
    const { world, own, links } = await begun()
    for (let n = 1; n <= 20; n += 1) expect((await ask(world, own, `Message ${n}`)).status).toBe(200)
    const b = await ask(world, own, 'Le vingt et unième')
    expect([b.status, b.html.includes('Le vingt et unième')]).toEqual([429, true])
    expect((await messages(world)).length).toBe(20)
    await world.browser().post(links.ask!, { body: 'Bonjour' })
    expect((await messages(world)).length).toBe(21)
    world.clock.advance(DAY)
    expect((await ask(world, own, 'Demain')).status).toBe(200)
  })

  it('once it is over, or before it is confirmed, nobody writes', async () => {
    const { world, offer, own, work } = await begun()
    await ask(world, own, 'Bonjour')
    await world.browser().post(`${own}/withdrawal`, { reason: '' })
    const b = await ask(world, own, 'Encore moi')
    expect([b.status, b.text.includes('On ne peut plus écrire ici'), b.text.includes('Bonjour')]).toEqual([
      409,
      true,
      true,
    ])
    const team = await world.signIn('bastien')
    await team.post(`${work}/messages`, { body: 'Merci' })
    expect(team.status).toBe(409)
    await world.browser().post(`/offers/${offer}/apply`, { ...YVON, given_name: 'Lin', email: 'lin@example.org' })
    await ask(world, await world.linkFor('lin@example.org'), 'Bonjour')
    expect((await messages(world)).length).toBe(1)
    expect((await ask(world, `${own}x`, 'Bonjour')).status).toBe(404)
  })

  it('whoever has no address is called', async () => {
    const { world, offer } = await begun()
    const id = await noteRosa(world, offer, false)
    const team = await world.signIn('bastien')
    await team.post(`/work/applications/${id}/messages`, { body: 'Bonjour' })
    expect([team.status, team.text.includes('n’a pas donné d’adresse')]).toEqual([409, true])
    expect(await messages(world)).toEqual([])
  })
})

describe('personal data', () => {
  it('is exported with the person, and erased with them', async () => {
    const { world, own, work } = await begun()
    await acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
    await ask(world, own, 'Une question de Paquette.')
    const team = await world.signIn('bastien')
    await team.post(`${work}/messages`, { body: 'Une réponse.' })
    await world.settle()
    const yvon = (await findPerson(world.deps.db, (await row(world)).person_id!))!
    let text = ''
    for await (const part of personAsJson(world.deps, yvon)) text += part
    expect(text).toContain('Une question de Paquette.')
    expect(text).toContain('"table":"application_messages"')
    await erasePerson(world.deps, yvon, null)
    expect(await messages(world)).toEqual([])
    expect(JSON.stringify(await world.deps.db.selectFrom('mails').selectAll().execute())).not.toContain(
      'Une question de',
    )
  })

  it('goes twelve months after the end', async () => {
    const { world, own } = await begun()
    await ask(world, own, 'Une question.')
    await world.browser().post(`${own}/withdrawal`, { reason: '' })
    world.clock.advance(370 * DAY)
    await anonymiseEnded(world.deps)
    expect(await messages(world)).toEqual([])
  })

  it('of the team: whoever leaves takes their name out of it', async () => {
    const { world, links } = await begun()
    await world.browser().post(links.ask!, { body: 'Bonjour' })
    await erasePerson(world.deps, (await findPerson(world.deps.db, world.id('bastien')))!, null)
    expect((await messages(world)).map(({ body, sent_by }) => [body, sent_by])).toEqual([['Bonjour', null]])
  })
})
