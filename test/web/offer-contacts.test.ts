// SPDX-License-Identifier: AGPL-3.0-or-later
// offers J5: an application reaches the contacts of the offer, else the association.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { findPerson, grantRole } from '../../db/queries/people.ts'
import { record } from '../../db/queries/events.ts'
import { saveNoticeChoices } from '../../server/accounts/commands/notices.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { transact } from '../../server/web/transact.ts'
import { apply, YVON } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  await grantRole(world.deps.db, world.id('david'), 'coordinator', world.clock.iso(), null)
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const FURTHER = 'Qui d’autre reçoit les candidatures ?'
const contacts = () => world.deps.db.selectFrom('offer_contacts').selectAll().orderBy('position').execute()
const at = (name: 'amina' | 'bastien' | 'david') => `${name}@example.org`

/** An offer of Bastien, with David (and Amina) beside him. */
async function publish(...further: string[]) {
  const id = await publishOffer(b)
  await b.get(`/work/offers/${id}/edit`)
  for (const name of further) b.choose(name, FURTHER)
  await b.press('Enregistrer les changements')
  return id
}

/** Who got the mail of a new application. */
async function told(id: string): Promise<string[]> {
  await apply(world, id, YVON)
  return (await world.mails()).filter(({ template }) => template === 'applications/arrived').map(({ to }) => to)
}

const chooseNone = (name: 'amina' | 'bastien' | 'david') =>
  saveNoticeChoices(world.deps, { personId: world.id(name) }, { applications: 'none' })

/** The newest mail to that person could not be delivered. */
async function refuse(name: 'amina' | 'bastien' | 'david') {
  const id = world.id(name)
  const now = world.clock.iso()
  await transact(world.deps, async (tx) => {
    const mail = { template: 'offers/ending', subject: '', body_text: '', body_html: '', locale: 'fr', not_before: now }
    await tx
      .insertInto('mails')
      .values({
        ...mail,
        id: world.deps.newId(),
        dedupe: world.deps.newId(),
        to_email: at(name),
        state: 'failed',
        created_at: now,
        about: `person:${id}`,
      })
      .execute()
    await record(tx, { type: 'mail.undelivered', at: now, subject: id, details: { what: 'person' } })
  })
}

describe('further contacts', () => {
  it('are chosen in the form, get each application too, and may not apply themselves (J5)', async () => {
    const id = await publish('David Roy')
    expect(await contacts()).toEqual([{ offer_id: id, person_id: world.id('david'), position: 0 }])
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('Bastien Moreau et David Roy')
    expect(await told(id)).toEqual([at('bastien'), at('david')])
    const david = await world.signIn('david')
    await david.get(`/offers/${id}/apply`)
    expect([david.status, david.text.includes('Vous êtes le contact')]).toEqual([200, true])
    await b.get(`/work/people/${world.id('david')}`)
    expect(b.hasLink('Servir la soupe du soir')).toBe(true)
  })

  it('are kept by a copy, and taken away by unticking', async () => {
    const id = await publish('David Roy', 'Amina Benali')
    expect((await contacts()).map(({ person_id }) => person_id)).toEqual([world.id('amina'), world.id('david')])
    await b.get(`/work/offers/${id}`)
    await b.press('Copier en brouillon')
    expect(await contacts()).toHaveLength(4)
    b.uncheck('David Roy').uncheck('Amina Benali')
    await b.press('Enregistrer et me relire')
    expect((await contacts()).map(({ offer_id }) => offer_id)).toEqual([id, id])
  })

  it('the contact is no further contact, and somebody outside the team is refused with the form filled in', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    await b.choose('Bastien Moreau', FURTHER).press('Enregistrer et me relire')
    expect([b.status, await contacts()]).toEqual([200, []])
    const form = { title_fr: 'Servir la soupe', contact_id: world.id('bastien'), work_mode: 'on_site' }
    await b.post('/work/offers/new', { ...form, further_contacts: world.id('chloe') })
    expect([b.status, b.value('Titre')]).toEqual([422, 'Servir la soupe'])
    expect(Object.entries(b.errors()).flat().join(' ')).toContain(
      `${FURTHER} (facultatif) Cette personne n’est plus dans l’équipe`,
    )
    expect(await contacts()).toEqual([])
  })

  it('go with the person who is erased, and are in the data of that person', async () => {
    await publish('David Roy')
    const david = (await findPerson(world.deps.db, world.id('david')))!
    let text = ''
    for await (const part of personAsJson(world.deps, david)) text += part
    expect(text).toContain('"table":"offer_contacts"')
    await erasePerson(world.deps, david, null)
    expect(await contacts()).toEqual([])
  })
})

describe('a contact whom mails do not reach', () => {
  it('gets no application: the next one does, and what follows is from them', async () => {
    const id = await publish('David Roy')
    await refuse('bastien')
    expect(await told(id)).toEqual([at('david')])
    const received = await world.deps.db
      .selectFrom('mails')
      .select('reply_email')
      .where('template', '=', 'applications/received')
      .execute()
    expect(received).toEqual([{ reply_email: at('david') }])
  })

  it('is passed over when they have left, and when they have no part in the team any more', async () => {
    const id = await publish('David Roy')
    await world.deps.db
      .updateTable('people')
      .set({ disabled_at: world.clock.iso() })
      .where('id', '=', world.id('bastien'))
      .execute()
    expect(await told(id)).toEqual([at('david')])
    const amina = await world.signIn('amina')
    await amina.get(`/work/offers/${id}`)
    expect(amina.text).toContain('Bastien Moreau ne reçoit plus les candidatures')
    expect(amina.text).toContain('Les candidatures vont à David Roy.')
  })

  it('without another contact, the rest of the team gets it', async () => {
    const id = await publish()
    await refuse('bastien')
    expect(await told(id)).toEqual([at('david')])
  })

  it('when no mailbox of the team takes mails, it goes to the address of the association (J5)', async () => {
    const id = await publish('David Roy')
    for (const name of ['bastien', 'david', 'amina'] as const) await refuse(name)
    expect(await told(id)).toEqual(['contact@example.org'])
    const mail = (await world.mails()).find(({ template }) => template === 'applications/arrived')!
    expect(mail.text).toContain('/work/applications/')
    expect(mail.text).not.toContain('/applications/answering/')
  })

  it('when all of the team chose no message, nobody gets one: the application stands on « À faire »', async () => {
    const id = await publish('David Roy')
    for (const name of ['bastien', 'david', 'amina'] as const) await chooseNone(name)
    expect(await told(id)).toEqual([])
    await b.get('/work')
    await b.follow('1 personne attend votre réponse')
    expect(b.text).toContain(`${YVON.given_name} ${YVON.family_name}`)
  })

  it('when some chose no message and the mailboxes of the others take none, the association is told', async () => {
    const id = await publish('David Roy')
    await chooseNone('bastien')
    for (const name of ['david', 'amina'] as const) await refuse(name)
    expect(await told(id)).toEqual(['contact@example.org'])
  })

  it('gets mails again once their address is corrected', async () => {
    const id = await publish('David Roy')
    await refuse('bastien')
    const email = 'bastien.moreau@example.org'
    await world.deps.db
      .updateTable('people')
      .set({ email, email_key: email })
      .where('id', '=', world.id('bastien'))
      .execute()
    expect(await told(id)).toEqual([email, at('david')])
  })

  it('is shown on the page of the offer and on « À faire », and the others are told once', async () => {
    const id = await publish('David Roy')
    await refuse('bastien')
    await refuse('bastien')
    const notices = (await world.mails()).filter(({ template }) => template === 'people/undelivered')
    expect(notices.map(({ to }) => to)).toEqual([at('david')])
    expect(notices[0]!.text).toContain('reçoit les candidatures de 1 annonce en ligne')
    const david = await world.signIn('david')
    await david.get(`/work/offers/${id}`)
    expect(david.text).toContain('Nos messages n’arrivent plus à Bastien Moreau')
    expect(david.text).toContain('Les candidatures vont à David Roy.')
    await david.get('/work')
    await david.follow('Nos messages n’arrivent plus à Bastien Moreau, qui reçoit des candidatures')
    expect(david.url).toBe(`/work/people/${world.id('bastien')}`)
    // Without an offer online, it is nothing to do.
    await world.deps.db.updateTable('offers').set({ state: 'closed' }).execute()
    await david.get('/work')
    expect(david.text).not.toContain('n’arrivent plus')
  })
})
