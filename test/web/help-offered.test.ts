// SPDX-License-Identifier: AGPL-3.0-or-later
// People who offer their help with no offer in mind: their form, their page, the desk, passing on, and the end.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { forgetEnquiries } from '../../server/enquiries/timetable.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { transact } from '../../server/web/transact.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { CONTEURS } from '../support/offers.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const LEA = {
  given_name: 'Léa',
  family_name: 'Blanc',
  email: 'lea@example.net',
  wishes: 'Parler avec des personnes âgées',
  days: ['saturday'],
  place: 'Dijon',
}
const all = ({ deps }: World) => deps.db.selectFrom('enquiries').selectAll().execute()
const templatesTo = async (world: World, to: string) =>
  (await world.mails()).filter((mail) => mail.to === to).map(({ template }) => template)

/** Léa has confirmed; `page` is hers. */
async function offered(options: Parameters<typeof startApp>[0] = {}, more: Record<string, string | string[]> = {}) {
  const world = await startApp(options)
  const b = world.browser()
  await b.post('/enquiries/new', { ...LEA, ...more })
  const page = new URL(await world.linkFor('lea@example.net'), world.url).pathname
  await b.get(page)
  await b.press('Oui, je confirme')
  const [enquiry] = await all(world)
  return { world, b, page, id: enquiry!.id, desk: `/work/enquiries/${enquiry!.id}` }
}

describe('somebody offers their help', () => {
  it('says what, when and where; the team sees it once the address is confirmed, and is told without a name', async () => {
    const world = await startApp()
    const b = await world.browser().get('/')
    await b.follow('Proposer mon aide')
    b.fill('Ce que vous aimeriez faire', LEA.wishes).choose('Samedi').fill('Dans quelle ville ou quel village', 'Dijon')
    b.fill('Votre prénom', 'Léa').fill('Votre nom', 'Blanc').fill('Votre adresse e-mail', LEA.email)
    await b.press('Proposer mon aide')
    expect(b.text).toContain(fr('enquiries.sent.lead'))
    const coordinator = await world.signIn('bastien')
    await coordinator.get('/work/enquiries')
    expect(coordinator.text).toContain(fr('enquiries.list.nobody'))
    const [kept] = await all(world)
    expect(kept).toMatchObject({
      state: 'unconfirmed',
      place_name: 'Dijon',
      place_code: 'FR-21231',
      days: '["saturday"]',
    })
    expect((await coordinator.get(`/work/enquiries/${kept!.id}`)).status).toBe(404)

    await b.get(await world.linkFor(LEA.email))
    await b.press('Oui, je confirme')
    expect(b.text).toContain(fr('enquiries.confirm.done'))
    await coordinator.get('/work')
    expect(coordinator.text).toContain('1 personne propose son aide')
    await coordinator.get('/work/enquiries')
    await coordinator.follow('Léa Blanc')
    expect(coordinator.text).toContain(LEA.wishes)
    expect(coordinator.text).toContain('Samedi')
    const told = (await world.mails()).filter(({ template }) => template === 'enquiries/arrived')
    expect(told.map(({ to }) => to)).toEqual(['bastien@example.org'])
    expect(JSON.stringify(told)).not.toMatch(/Léa|Blanc|lea@/)
    const opened = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'record.opened').execute()
    expect(opened.map(({ subject_id, details }) => [subject_id, JSON.parse(details).what])).toEqual([
      [kept!.id, 'enquiry'],
    ])
  })

  it('every fault is told at once, each in its field, and nothing typed is lost', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.post('/enquiries/new', { call_back: 'on', place: 'Dijon', call_hours: 'le soir' })
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors()).toSorted()).toEqual([
      'Ce que vous aimeriez faire',
      'Votre adresse e-mail',
      'Votre nom',
      'Votre prénom',
      'Votre téléphone',
    ])
    expect(b.value('Dans quelle ville ou quel village')).toBe('Dijon')
    expect(b.value('Quand vous appeler')).toBe('le soir')
    expect(await all(world)).toEqual([])
  })

  it('with a telephone only is seen at once, and is bounded because nothing proves it', async () => {
    const world = await startApp()
    const coordinator = await world.signIn('bastien')
    const send = (name: string) =>
      world
        .browser()
        .post('/enquiries/new', { ...LEA, given_name: name, email: '', phone: '03 80 12 34 56', call_back: 'on' })
    expect((await send('Rose')).text).toContain(fr('enquiries.sent.telephone'))
    await coordinator.get('/work/enquiries?show=call_back')
    expect(coordinator.text).toContain('Rose Blanc')
    await coordinator.follow('Rose Blanc')
    expect(coordinator.text).toContain('Rose voudrait que l’on rappelle.')
    expect(coordinator.hasButton('Envoyer')).toBe(false)
    for (const name of ['A', 'B', 'C', 'D']) expect((await send(name)).status).toBe(200)
    expect((await send('E')).status).toBe(429)
    expect((await all(world)).length).toBe(5)
  })

  it('twice is once: the mailbox alone is told, and a program is not kept', async () => {
    const { world, b } = await offered()
    await b.post('/enquiries/new', { ...LEA, wishes: 'Encore' })
    expect(b.text).toContain(fr('enquiries.sent.lead'))
    expect((await all(world)).length).toBe(1)
    expect(await templatesTo(world, LEA.email)).toEqual(['enquiries/confirm', 'enquiries/received', 'enquiries/known'])
    await b.post('/enquiries/new', { ...LEA, email: 'robot@example.net', topic: 'x' })
    expect((await all(world)).length).toBe(1)
  })

  it('sent again before it is confirmed: what was typed last counts, and so does its link', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.post('/enquiries/new', { ...LEA, wishes: 'Jardinr' })
    const first = await world.linkFor(LEA.email)
    await b.post('/enquiries/new', { ...LEA, wishes: 'Jardiner' })
    expect(await all(world)).toMatchObject([{ wishes: 'Jardiner' }])
    expect((await world.browser().get(first)).status).toBe(404)
    await b.get(await world.linkFor(LEA.email))
    await b.press('Oui, je confirme')
    expect(await all(world)).toMatchObject([{ wishes: 'Jardiner', state: 'new' }])
  })

  it('comes from a search that finds nothing, with its town', async () => {
    const world = await startApp()
    const b = await world.browser().get('/offers?place=Dijon&q=introuvable')
    await b.follow('Proposer mon aide')
    expect(b.value('Dans quelle ville ou quel village')).toContain('Dijon')
  })
})

describe('their own page', () => {
  it('is changed there, which is a sign of life', async () => {
    const { world, b, page } = await offered()
    world.clock.advance(300 * DAY)
    await b.get(page)
    b.fill('Ce que vous aimeriez faire', 'Jardiner')
    await b.press('Enregistrer')
    expect(b.text).toContain(fr('enquiries.own.saved'))
    world.clock.advance(300 * DAY)
    await forgetEnquiries(world.deps)
    expect(await all(world)).toMatchObject([{ wishes: 'Jardiner' }])
    await b.get(page)
    await b.post(page, { wishes: '' })
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('enquiries.error.wishes')]])
  })

  it('withdrawing deletes everything at once', async () => {
    const { world, b, page, desk } = await offered()
    const coordinator = await world.signIn('bastien')
    await coordinator.post(`${desk}/answer`, { body: 'Bonjour Léa' })
    await b.get(page)
    await b.follow('Retirer ma proposition et tout effacer')
    await b.press('Retirer et tout effacer')
    expect(b.text).toContain(fr('enquiries.withdraw.done'))
    const { db } = world.deps
    expect(await all(world)).toEqual([])
    expect(await db.selectFrom('enquiry_messages').selectAll().execute()).toEqual([])
    expect(JSON.stringify(await db.selectFrom('mails').selectAll().execute())).not.toMatch(/Léa|Blanc|lea@/)
    expect((await b.get(page)).status).toBe(404)
    expect((await coordinator.get(desk)).status).toBe(404)
  })

  it('what nobody confirms is gone after 72 hours', async () => {
    const world = await startApp()
    await world.browser().post('/enquiries/new', LEA)
    const link = await world.linkFor(LEA.email)
    world.clock.advance(71 * HOUR)
    await forgetEnquiries(world.deps)
    expect((await world.browser().get(link)).status).toBe(200)
    world.clock.advance(2 * HOUR)
    expect((await world.browser().get(link)).status).toBe(404)
    await forgetEnquiries(world.deps)
    expect(await all(world)).toEqual([])
  })

  it('everything is deleted twelve months after the last sign', async () => {
    const { world, desk } = await offered()
    world.clock.advance(200 * DAY)
    const coordinator = await world.signIn('bastien')
    await coordinator.post(`${desk}/state`, { state: 'ended', reason: 'elsewhere' })
    world.clock.advance(360 * DAY)
    await forgetEnquiries(world.deps)
    expect(await all(world)).toMatchObject([{ state: 'ended', end_reason: 'elsewhere' }])
    world.clock.advance(8 * DAY)
    await forgetEnquiries(world.deps)
    expect(await all(world)).toEqual([])
    const { db } = world.deps
    expect(await db.selectFrom('tokens').selectAll().where('purpose', '=', 'enquiry').execute()).toEqual([])
  })

  it('opens as long as something is kept: an end begins the twelve months of the link too', async () => {
    const { world, b, page, desk } = await offered()
    world.clock.advance(300 * DAY)
    const coordinator = await world.signIn('bastien')
    await coordinator.post(`${desk}/state`, { state: 'placed', reason: '' })
    world.clock.advance(300 * DAY)
    await forgetEnquiries(world.deps)
    expect((await b.get(page)).status).toBe(200)
    // Placed, then ended: it was over before, so nothing is kept for longer.
    await (await world.signIn('bastien')).post(`${desk}/state`, { state: 'ended', reason: 'elsewhere' })
    world.clock.advance(68 * DAY)
    await forgetEnquiries(world.deps)
    expect(await all(world)).toEqual([])
    expect((await b.get(page)).status).toBe(404)
  })

  it('somebody who has an account finds it in their data, and it goes with them', async () => {
    const who = { given_name: 'Chloé', family_name: 'Tremblay', email: 'chloe@example.org' }
    const world = await startApp()
    const b = world.browser()
    const { given_name, family_name } = await world.deps.db
      .selectFrom('people')
      .selectAll()
      .where('id', '=', world.id('chloe'))
      .executeTakeFirstOrThrow()
    await b.post('/enquiries/new', { ...LEA, ...who, given_name, family_name })
    await b.get(await world.linkFor('chloe@example.org'))
    await b.press('Oui, je confirme')
    const [enquiry] = await all(world)
    const bastien = await world.signIn('bastien')
    await bastien.get(`/work/enquiries/${enquiry!.id}`)
    await bastien.fill('À retenir', 'Rappelée lundi').press('Enregistrer la note')
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/data.json')
    expect(chloe.html).toContain(LEA.wishes)
    expect(chloe.html).toContain('Rappelée lundi')
    await erasePerson(world.deps, (await findPerson(world.deps.db, world.id('chloe')))!, null)
    expect(await all(world)).toEqual([])
  })

  it('somebody who becomes known here finds what they wrote before, and it goes with them, whatever the accents', async () => {
    const { world, b } = await offered()
    // Somebody else of the same mailbox keeps theirs.
    await b.post('/enquiries/new', { ...LEA, given_name: 'Rose' })
    await b.get(await world.linkFor(LEA.email))
    await b.press('Oui, je confirme')
    const names = { given_name: 'LEA', family_name: 'blanc' }
    const coordinator = await world.signIn('bastien')
    await coordinator.post('/work/people/new', { ...names, email: LEA.email, phone: '', locale: 'fr' })
    const { id } = await world.deps.db
      .selectFrom('people')
      .select('id')
      .where('given_name', '=', 'LEA')
      .executeTakeFirstOrThrow()
    expect((await all(world)).map(({ given_name, person_id }) => [given_name, person_id])).toEqual([
      ['Léa', id],
      ['Rose', null],
    ])
    await erasePerson(world.deps, (await findPerson(world.deps.db, id))!, null)
    expect(await all(world)).toMatchObject([{ given_name: 'Rose' }])
  })
})

describe('the desk', () => {
  it('answers by mail from the page; whoever answers looks after it', async () => {
    const { world, b, page, desk } = await offered()
    const coordinator = await (await world.signIn('bastien')).get(desk)
    await coordinator.press('Envoyer')
    expect(Object.values(coordinator.errors())).toEqual([fr('enquiries.error.body')])
    coordinator.fill('Votre message', 'Bonjour Léa, appelez-nous quand vous voulez.')
    await coordinator.press('Envoyer')
    expect(coordinator.text).toContain(fr('enquiries.done.answer'))
    expect(coordinator.text).toContain('En contact')
    const mail = (await world.mails()).findLast(({ to }) => to === LEA.email)!
    expect([mail.template, mail.text]).toEqual(['enquiries/answer', expect.stringContaining('appelez-nous quand')])
    await b.get(page)
    expect(b.text).toContain('appelez-nous quand vous voulez')
    const [row] = await all(world)
    expect([row!.state, row!.taken_by]).toEqual(['in_contact', world.id('bastien')])
    await coordinator.get('/work/enquiries?show=mine')
    expect(coordinator.text).toContain('Léa Blanc')
    await coordinator.get('/work')
    expect(coordinator.text).not.toContain('propose son aide')
  })

  it('is taken home as a file of what is shown, without the notes of the team, and the trail says by whom (J22)', async () => {
    const { world, desk } = await offered({}, { causes: ['seniors'], phone: '03 80 11 22 33' })
    const coordinator = await (await world.signIn('bastien')).get(desk)
    await coordinator.fill('À retenir', 'Parle très vite').press('Enregistrer la note')
    await coordinator.get('/work/enquiries')
    await coordinator.follow(fr('applications.list.csv'))
    const [head, line, ...more] = coordinator.html.replace('\ufeff', '').trim().split('\r\n')
    expect(head).toBe(
      'Prénom;Nom;E-mail;Téléphone;Où;Causes;Quand;Ce que la personne souhaite;À rappeler;Reçue le;Suivie par;État',
    )
    expect(line).toBe(
      'Léa;Blanc;lea@example.net;03 80 11 22 33;Dijon;Personnes âgées;Samedi;Parler avec des personnes âgées;;2026-11-22;;Nouvelle',
    )
    expect(more).toEqual([])
    expect((await coordinator.get('/work/enquiries.csv?show=over')).html.trim().split('\r\n')).toHaveLength(1)
    const amina = await (await world.signIn('amina')).get('/operator/trail')
    expect(amina.text).toContain(fr('audit.what.enquiries_exported'))
    expect(JSON.stringify(await world.deps.db.selectFrom('events').select('details').execute())).not.toContain('Léa')
    expect((await (await world.signIn('chloe')).get('/work/enquiries.csv')).status).toBe(403)
  })

  it('suggests open offers by cause, town and time, and proposes each once', async () => {
    const world = await startApp()
    const coordinator = await world.signIn('bastien')
    const offer = await publishOffer(coordinator)
    const { content } = await world.deps.db
      .selectFrom('offers')
      .selectAll()
      .where('id', '=', offer)
      .executeTakeFirstOrThrow()
    const { causes, title } = JSON.parse(content) as { causes: string[]; title: { fr: string } }
    const b = world.browser()
    await b.post('/enquiries/new', { ...LEA, causes })
    await b.get(await world.linkFor(LEA.email))
    await b.press('Oui, je confirme')
    const [{ id }] = (await all(world)) as unknown as [{ id: string }]
    await coordinator.get(`/work/enquiries/${id}`)
    expect(coordinator.text).toContain(title.fr)
    await coordinator.press(`Proposer cette annonce ${title.fr}`)
    expect(coordinator.text).toContain(fr('enquiries.done.proposal'))
    expect(coordinator.hasButton(`Proposer cette annonce ${title.fr}`)).toBe(false)
    const mail = (await world.mails()).findLast(({ to }) => to === LEA.email)!
    expect([mail.template, mail.subject]).toEqual(['enquiries/proposal', expect.stringContaining(title.fr)])
    await b.get(new URL(/\S+\/offers\/\S+/.exec(mail.text)![0]).pathname)
    expect([b.status, b.text.includes(title.fr)]).toEqual([200, true])
    const again = await coordinator.post(`/work/enquiries/${id}/proposal`, {
      offer: /offers\/(\S+)/.exec(mail.text)![1]!,
    })
    expect([again.status, again.text.includes(fr('enquiries.error.proposed'))]).toEqual([422, true])
  })

  it('is looked after, noted, ended with a reason, and opened again', async () => {
    const { world, desk } = await offered()
    const coordinator = await (await world.signIn('bastien')).get(desk)
    await coordinator.press('Je m’en occupe')
    expect(coordinator.text).toContain('s’en occupe.')
    await coordinator.press('Je ne m’en occupe plus')
    expect(coordinator.text).toContain(fr('enquiries.show.free'))
    coordinator.fill('À retenir', 'Parle italien')
    await coordinator.press('Enregistrer la note')
    expect(coordinator.value('À retenir')).toBe('Parle italien')
    coordinator.choose('Terminée')
    await coordinator.press('Enregistrer l’état')
    expect(Object.values(coordinator.errors())).toEqual([fr('enquiries.error.reason')])
    coordinator.fill('Raison de la fin', 'A trouvé ailleurs')
    await coordinator.press('Enregistrer l’état')
    await coordinator.get('/work/enquiries')
    expect(coordinator.text).toContain(fr('enquiries.list.nobody'))
    await coordinator.get('/work/enquiries?show=over')
    await coordinator.follow('Léa Blanc')
    expect(coordinator.text).toContain('A trouvé ailleurs')
    coordinator.choose('En contact')
    await coordinator.press('Enregistrer l’état')
    expect(await all(world)).toMatchObject([{ state: 'in_contact', end_reason: '', team_note: 'Parle italien' }])
    for (const name of ['chloe', 'david'] as const)
      expect((await (await world.signIn(name)).get(desk)).status).toBe(403)
  })

  it('two colleagues who note at once see both notes, and lose none', async () => {
    const { world, desk } = await offered()
    const [bastien, amina] = [await world.signIn('bastien'), await world.signIn('amina')]
    await bastien.get(desk)
    await amina.get(desk)
    await bastien.fill('À retenir', 'Parle italien').press('Enregistrer la note')
    await amina.fill('À retenir', 'Le soir seulement').press('Enregistrer la note')
    expect([amina.status, amina.text]).toEqual([409, expect.stringContaining('Parle italien')])
    expect(amina.value('À retenir')).toBe('Le soir seulement')
    expect(await all(world)).toMatchObject([{ team_note: 'Parle italien' }])
    await amina.fill('À retenir', 'Parle italien, le soir').press('Enregistrer la note')
    expect(amina.text).toContain(fr('enquiries.done.note'))
    expect(await all(world)).toMatchObject([{ team_note: 'Parle italien, le soir' }])
  })

  it('deletes everything for somebody who asks by telephone, after a question', async () => {
    const world = await startApp()
    await world
      .browser()
      .post('/enquiries/new', { ...LEA, email: '', phone: '03 80 12 34 56', call_back: 'on', call_hours: 'le soir' })
    const [{ id }] = (await all(world)) as unknown as [{ id: string }]
    const coordinator = await (await world.signIn('bastien')).get(`/work/enquiries/${id}`)
    expect((await (await world.signIn('chloe')).post(`/work/enquiries/${id}/removal`, {})).status).toBe(403)
    await coordinator.follow(fr('enquiries.removal.link'))
    expect(coordinator.text).toContain('Léa')
    expect((await all(world)).length).toBe(1)
    await coordinator.press(fr('enquiries.removal.button'))
    expect(coordinator.text).toContain(fr('enquiries.done.removal'))
    expect(await all(world)).toEqual([])
    for (const path of [`/work/enquiries/${id}`, `/work/enquiries/${id}/removal`])
      expect((await coordinator.get(path)).status).toBe(404)
    // Later than a second press.
    world.clock.advance(11_000)
    expect((await coordinator.post(`/work/enquiries/${id}/removal`, {})).status).toBe(404)
  })
})

describe('at a centre', () => {
  async function atCentre(more: Record<string, string> = { agreed: 'on' }) {
    const made = await offered({ kind: 'centre' }, more)
    const { deps } = made.world
    await transact(deps, (tx) => receiveJoinRequest(tx, deps, CONTEURS))
    const { id } = await deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await acceptMember(deps, viewerOf(made.world.id('farid'), 'Farid', ['moderator']), id)
    const coordinator = await (await made.world.signIn('bastien')).get(made.desk)
    return { ...made, coordinator, member: id }
  }

  it('a centre passes somebody on by mail, with their consent only', async () => {
    const { world, b, page, desk, coordinator } = await atCentre()
    const [row] = await all(world)
    expect([row!.agreed_at !== null, row!.agreed_text]).toEqual([true, expect.stringContaining('J’accepte que')])
    coordinator.fill('Adresse de contact de cette association', 'bonjour@gmial.com')
    await coordinator.press('Transmettre')
    expect(Object.values(coordinator.errors()).toSorted()).toEqual([
      fr('enquiries.error.member'),
      'Vouliez-vous écrire bonjour@gmail.com ?',
    ])
    coordinator
      .fill('Association', CONTEURS.name)
      .fill('Adresse de contact de cette association', 'conteurs@example.com')
    coordinator.fill('Un mot pour cette association', 'Libre le samedi.')
    await coordinator.press('Transmettre')
    expect(coordinator.text).toContain(fr('enquiries.done.passing'))
    const mail = (await world.mails()).findLast(({ to }) => to === 'conteurs@example.com')!
    expect(mail.text).toContain('Libre le samedi.')
    expect(mail.text).not.toMatch(/Léa|Blanc|lea@/)
    expect(await world.deps.db.selectFrom('fed_deliveries').selectAll().execute()).toEqual([])

    const member = world.browser()
    await member.get(new URL(/\S+\/enquiries\/passing\/\S+/.exec(mail.text)![0]).pathname)
    expect(member.text).toContain(LEA.wishes)
    expect(member.html).not.toMatch(/Léa|Blanc|lea@/)
    await member.press('Oui, nous la contactons')
    expect(member.text).toContain('Léa Blanc')
    expect(member.text).toContain('lea@example.net')
    expect((await templatesTo(world, LEA.email)).at(-1)).toBe('enquiries/accepted')
    await coordinator.get(desk)
    expect(coordinator.text).toContain('qui a accepté')
    await b.get(page)
    expect(b.text).not.toContain('Libre le samedi.')
  })

  it('who no longer agrees is not passed on', async () => {
    const { world, b, page, desk, coordinator, member } = await atCentre()
    const fields = { member, member_email: 'conteurs@example.com', word: '' }
    await coordinator.post(`${desk}/passing`, fields)
    const mail = (await world.mails()).findLast(({ to }) => to === 'conteurs@example.com')!
    const link = new URL(/\S+\/enquiries\/passing\/\S+/.exec(mail.text)![0]).pathname
    await b.get(page)
    b.uncheck(b.document.querySelector('input[name=agreed]')!.closest('label')!.textContent!.trim())
    await b.press('Enregistrer')
    expect(await all(world)).toMatchObject([{ agreed_at: null, agreed_text: '' }])
    const refused = await coordinator.post(`${desk}/passing`, { ...fields, word: 'encore' })
    expect([refused.status, refused.text.includes(fr('enquiries.refused.no_consent'))]).toEqual([409, true])
    expect((await world.browser().get(link)).status).toBe(404)
    expect((await world.browser().post(link, {})).status).toBe(404)
  })

  it.each<[string, (made: Awaited<ReturnType<typeof atCentre>>) => Promise<unknown>]>([
    ['the consent is taken back by telephone', ({ coordinator, desk }) => coordinator.post(`${desk}/consent`, {})],
    [
      'it is over',
      ({ coordinator, desk }) => coordinator.post(`${desk}/state`, { state: 'ended', reason: 'elsewhere' }),
    ],
    [
      'they ask that their data is not used',
      async ({ world }) => {
        await world.deps.db
          .updateTable('enquiries')
          .set({ person_id: world.id('chloe') })
          .execute()
        const at = world.clock.iso()
        await world.deps.db
          .updateTable('people')
          .set({ restricted_at: at })
          .where('id', '=', world.id('chloe'))
          .execute()
      },
    ],
    [
      'the site is no member any more',
      async ({ world, member }) => (await world.signIn('farid')).post(`/partners/${member}/end`, { reason: '' }),
    ],
  ])('a link to pass somebody on shows nothing, and no other goes out, once %s', async (_when, close) => {
    const made = await atCentre()
    const { world, coordinator, desk, member } = made
    const fields = { member, member_email: 'conteurs@example.com', word: '' }
    await coordinator.post(`${desk}/passing`, fields)
    const passings = async () => (await world.mails()).filter(({ to }) => to === 'conteurs@example.com')
    const link = new URL(/\S+\/enquiries\/passing\/\S+/.exec((await passings())[0]!.text)![0]).pathname
    await world.browser().post(link, {})
    expect((await world.browser().get(link)).text).toContain('Léa Blanc')
    await close(made)
    const over = await world.browser().get(link)
    expect([over.status, over.text.includes('Léa')]).toEqual([404, false])
    expect((await world.browser().post(link, {})).status).toBe(404)
    expect((await coordinator.post(`${desk}/passing`, { ...fields, word: 'encore' })).status).toBeGreaterThan(400)
    expect(await passings()).toHaveLength(1)
  })

  it('nothing is proposed to somebody who asked that their data is not used, and the desk says so', async () => {
    const { world, coordinator, desk } = await atCentre()
    await world.deps.db
      .updateTable('enquiries')
      .set({ person_id: world.id('chloe') })
      .execute()
    const at = world.clock.iso()
    await world.deps.db.updateTable('people').set({ restricted_at: at }).where('id', '=', world.id('chloe')).execute()
    await coordinator.get(desk)
    expect(coordinator.text).toContain(fr('people.refused.restricted'))
    await coordinator.post(`${desk}/proposal`, { offer: 'x' })
    expect(coordinator.status).toBe(409)
    expect(await templatesTo(world, LEA.email)).not.toContain('enquiries/proposal')
  })

  it('an association passes nobody on', async () => {
    const { world, desk } = await offered()
    const coordinator = await (await world.signIn('bastien')).get(desk)
    expect(coordinator.hasButton('Transmettre')).toBe(false)
    const fields = { member: 'x', member_email: 'conteurs@example.com' }
    expect((await coordinator.post(`${desk}/passing`, fields)).status).toBe(404)
  })
})

describe('an association invites people it knows to an offer', () => {
  async function helpedBefore() {
    const world = await startApp()
    const coordinator = await world.signIn('bastien')
    const before = await publishOffer(coordinator)
    const { deps } = world
    const { id, email, given_name, family_name } = (await findPerson(deps.db, world.id('chloe')))!
    const at = deps.clock.iso()
    const names = { given_name, family_name, email, email_key: email, locale: 'fr' }
    const state = 'accepted' as const
    await deps.db
      .insertInto('applications')
      .values({ id: 'a', offer_id: before, state, ...names, person_id: id, created_at: at, updated_at: at })
      .execute()
    const offer = await publishOffer(coordinator)
    return { world, coordinator, offer, name: `${given_name} ${family_name}`, email, id }
  }

  it('those who helped for the same cause, or by name: one mail each, once, with a link to answer', async () => {
    const { world, coordinator, offer, name, email } = await helpedBefore()
    await coordinator.get(`/work/offers/${offer}`)
    await coordinator.follow('Inviter des bénévoles')
    await coordinator.press('Envoyer les invitations')
    expect(Object.values(coordinator.errors())).toContain('Cochez au moins une personne.')
    const box = [...coordinator.document.querySelectorAll('label')].find((one) => one.textContent!.includes(name))!
    coordinator
      .choose(box.textContent!.replaceAll(/\s+/g, ' ').trim())
      .fill('Un mot pour ces personnes', 'Comme l’an passé ?')
    await coordinator.press('Envoyer les invitations')
    expect(coordinator.text).toContain('Invitations parties: 1')
    expect(coordinator.text).toContain('Déjà invitées')
    const mails = async () => (await world.mails()).filter(({ template }) => template === 'offers/invitation')
    expect((await mails()).map(({ to }) => to)).toEqual([email])
    expect((await mails())[0]!.text).toContain('Comme l’an passé ?')
    expect((await mails())[0]!.text).toContain(`/offers/${offer}`)
    const again = { people: world.id('chloe'), word: 'Encore' }
    await coordinator.post(`/work/offers/${offer}/invitations`, again)
    expect(coordinator.text).toContain(fr('offers.invite.nobody'))
    expect((await mails()).length).toBe(1)
  })

  it('by name, which stands in no address', async () => {
    const { world, coordinator, offer } = await helpedBefore()
    const david = (await findPerson(world.deps.db, world.id('david')))!
    await coordinator.post(`/work/offers/${offer}/invitations/search`, { q: david.family_name })
    expect(coordinator.url).not.toContain(david.family_name)
    const values = [...coordinator.document.querySelectorAll('input[name=people]')].map((one) =>
      one.getAttribute('value'),
    )
    expect(values).toContain(david.id)
    await coordinator.post(`/work/offers/${offer}/invitations`, { people: david.id })
    expect((await world.mails()).at(-1)).toMatchObject({ template: 'offers/invitation', to: david.email })
  })

  it('not whoever wants no such message, may not be written to, or has applied; and to no offer that is closed', async () => {
    const { world, coordinator, offer, id } = await helpedBefore()
    const { db } = world.deps
    const invite = () => coordinator.post(`/work/offers/${offer}/invitations`, { people: id })
    const set = (values: object) => db.updateTable('people').set(values).where('id', '=', id).execute()
    for (const values of [
      { notice_choices: '{"invitations":"none"}' },
      { notice_choices: '{}', restricted_at: world.clock.iso() },
      { restricted_at: null, disabled_at: world.clock.iso() },
    ]) {
      await set(values)
      world.clock.advance(11_000)
      expect((await invite()).text).toContain(fr('offers.invite.nobody'))
    }
    await set({ disabled_at: null })
    await coordinator.post(`/work/offers/${offer}/pause`, {})
    const refused = await invite()
    expect([refused.status, refused.text.includes(fr('offers.invite.closed'))]).toEqual([409, true])
    expect((await world.mails()).filter(({ template }) => template === 'offers/invitation')).toEqual([])
    expect((await (await world.signIn('chloe')).get(`/work/offers/${offer}/invitations`)).status).toBe(403)
  })
})
