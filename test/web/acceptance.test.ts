// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is accepted gets one mail with all they need (pages F24).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { sendHeldChanges } from '../../server/applications/commands/changed.ts'
import { HOUR, MINUTE, SECOND } from '../../server/base/clock.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { cancelOffer } from '../../server/offers/commands/end.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { createDraft, editOffer } from '../../server/offers/commands/write.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const servers: TestSmtp[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
})

const bastienOf = (world: World) => viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])

async function publish(world: World, changes: Partial<OfferContent>): Promise<string> {
  const content: OfferContent = {
    ...emptyContent(),
    title: { fr: 'Servir la soupe; et, débarrasser', en: '' },
    summary: { fr: 'Deux heures au chaud.', en: '' },
    tasks: { fr: ['Servir'], en: [] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'one_off',
    starts_on: '2026-12-05',
    ends_on: '2026-12-06',
    minutes_per_session: 120,
    work_mode: 'on_site',
    places: [
      {
        label: 'Salle des fêtes',
        street: '2 rue du Canal',
        postalCode: '21000',
        name: 'Dijon',
        code: 'FR-21231',
        region: 'FR-R27',
        country: 'FR',
        latitude: 47.32,
        longitude: 5.04,
      },
    ] as OfferContent['places'],
    capacity: 5,
    contact_label: 'Bastien',
    ...changes,
  }
  const viewer = bastienOf(world)
  const input = { content, contactId: viewer.personId, visibility: 'public' as const }
  const id = await createDraft(world.deps, viewer, { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(world.deps, viewer, id)
  world.clock.advance(1000)
  return id
}

async function accept(world: World, offer: string, given_name: string, word = ''): Promise<void> {
  const person = { given_name, family_name: 'Paquette', email: `${given_name}@example.net`, phone: '', message: '' }
  const id = await noteApplication(world.deps, bastienOf(world), {
    ...person,
    offer,
    locale: 'fr',
    accept: false,
    seats: 1,
    who: '',
  })
  await acceptApplication(world.deps, bastienOf(world), id, { word })
}
const fold = (text = '') => text.replaceAll(/[\u00a0\u202f]/g, ' ')

it('pages F24: a new person gets one mail: yes, when, where, who, the words of the team, a calendar file, their space', async () => {
  const server = await openSmtp()
  servers.push(server)
  const world = await startApp({ env: { SMTP_URL: server.url } })
  await accept(world, await publish(world, {}), 'Jeanne', 'Bonjour Jeanne,\n\nPrenez un tablier.\nÀ bientôt !')
  await world.settle()
  expect(server.arrived.map(({ to }) => to[0])).toEqual(['Jeanne@example.net'])
  const { mail } = server.arrived[0]!
  const text = fold(mail.text)
  expect(fold(mail.subject)).toBe('C’est oui : Servir la soupe; et, débarrasser')
  expect(text).toContain('Quand : Du 5 décembre 2026 au 6 décembre 2026, 2 h')
  expect(text).toContain('Où : Salle des fêtes, Dijon, 2 rue du Canal')
  expect(text).toContain('Avec : Bastien')
  expect(text).toContain('Bastien Moreau vous écrit :\n\n> Prenez un tablier.\n> À bientôt !\n')
  expect([...text.matchAll(/Bonjour/g)]).toHaveLength(1)
  expect(mail.replyTo).toEqual([{ name: 'Bastien Moreau', address: 'bastien@example.org' }])

  const file = mail.attachments[0]!
  expect([mail.attachments.length, file.filename, file.mimeType]).toEqual([1, 'mainforte.ics', 'text/calendar'])
  const calendar = typeof file.content === 'string' ? file.content : new TextDecoder().decode(file.content)
  expect(calendar.split(/\r?\n/)).toEqual(
    expect.arrayContaining([
      'DTSTART;VALUE=DATE:20261205',
      'DTEND;VALUE=DATE:20261207',
      'SUMMARY:Servir la soupe\\; et\\, débarrasser',
      'LOCATION:Salle des fêtes\\, Dijon\\, 2 rue du Canal',
    ]),
  )
  // federation F17: without an organiser there is no method (RFC 5546 §3.2.1).
  expect([calendar.includes('METHOD'), server.arrived[0]!.raw.includes('method=')]).toEqual([false, false])
  const b = world.browser()
  await b.get(/http\S+(\/welcome\/\S+)/.exec(text)![1]!)
  await b.choose('Avec un lien, à chaque fois').press('Ouvrir mon espace')
  expect(b.url).toContain('/my')
})

it('pages F24: without days there is no calendar file, and a known person no invitation', async () => {
  const world = await startApp()
  const regular = await publish(world, { commitment: 'regular', frequency: 'weekly', starts_on: null, ends_on: null })
  await accept(world, regular, 'Jeanne')
  const [first] = await world.mails()
  expect(first!.text).toContain('/welcome/')
  const person = await world.deps.db
    .selectFrom('people')
    .select('id')
    .where('given_name', '=', 'Jeanne')
    .executeTakeFirstOrThrow()
  await world.deps.db.updateTable('people').set({ invited_at: null }).where('id', '=', person.id).execute()
  await accept(
    world,
    await publish(world, { commitment: 'regular', frequency: 'weekly', starts_on: null, ends_on: null }),
    'Jeanne',
  )
  const mails = await world.mails()
  expect(mails.map(({ template }) => template)).toEqual(['applications/accepted', 'applications/accepted'])
  expect(mails[1]!.text).not.toContain('/welcome/')
  const rows = await world.deps.db.selectFrom('mails').select('calendar').execute()
  expect(rows.map(({ calendar }) => calendar)).toEqual(['', ''])
})

describe('somebody was accepted, and then the days or the place change', () => {
  let server: TestSmtp
  let world: World
  let offer: string
  beforeEach(async () => {
    server = await openSmtp()
    servers.push(server)
    world = await startApp({ env: { SMTP_URL: server.url } })
    offer = await publish(world, {})
    await accept(world, offer, 'Jeanne')
    await world.settle()
    server.arrived.splice(0)
    world.clock.advance(1000)
  })

  async function edit(changes: Partial<OfferContent>): Promise<boolean | undefined> {
    const row = (await findOffer(world.deps.db, offer))!
    const content = { ...row.content, ...changes }
    const input = { content, contactId: row.contact_id, visibility: row.visibility, version: row.version }
    const asked = { firstDay: null, lastDay: null }
    return (await editOffer(world.deps, bastienOf(world), offer, { ...input, asked })).tells
  }
  async function pass(time: number): Promise<void> {
    world.clock.advance(time)
    await sendHeldChanges(world.deps)
    await world.settle()
  }
  const calendarOf = (at = 0): string[] => {
    const { content } = server.arrived[at]!.mail.attachments[0]!
    return (typeof content === 'string' ? content : new TextDecoder().decode(content)).split(/\r?\n/)
  }

  it('three edits in a minute are one mail, with what was, what is now and the newer days for the calendar', async () => {
    expect(await edit({ starts_on: '2026-12-12', ends_on: '2026-12-13' })).toBe(true)
    await pass(30 * SECOND)
    await edit({ minutes_per_session: 180 })
    await pass(40 * SECOND)
    const [place] = (await findOffer(world.deps.db, offer))!.content.places
    await edit({ places: [{ ...place!, label: 'Gymnase', street: '5 rue du Port' }] })
    await pass(50 * SECOND)
    expect(server.arrived).toEqual([])
    await pass(10 * SECOND)
    expect(server.arrived.map(({ to }) => to[0])).toEqual(['Jeanne@example.net'])
    const text = fold(server.arrived[0]!.mail.text)
    expect(text).toContain('Quand : Du 12 décembre 2026 au 13 décembre 2026, 3 h\nAvant : Du 5 décembre 2026 au')
    expect(text).toContain('Où : Gymnase, Dijon, 5 rue du Port\nAvant : Salle des fêtes, Dijon, 2 rue du Canal')
    expect(calendarOf()).toEqual(
      expect.arrayContaining([
        `UID:${world.deps.config.publicUrl}/offers/${offer}`,
        'SEQUENCE:4',
        'DTSTART;VALUE=DATE:20261212',
        'LOCATION:Gymnase\\, Dijon\\, 5 rue du Port',
      ]),
    )
    await pass(HOUR)
    expect(server.arrived).toHaveLength(1)
  })

  it('nobody is told of other words, of what was put back, nor who was accepted afterwards', async () => {
    expect(await edit({ summary: { fr: 'Trois heures au chaud.' } })).toBe(false)
    await edit({ starts_on: '2026-12-04' })
    await edit({ starts_on: '2026-12-05' })
    await pass(MINUTE)
    expect(server.arrived).toEqual([])
    await edit({ starts_on: '2026-12-06' })
    world.clock.advance(1000)
    await accept(world, offer, 'Marcel')
    await pass(2 * MINUTE)
    expect(server.arrived.map(({ to, mail }) => `${to[0]} ${fold(mail.subject).split(' :')[0]}`).toSorted()).toEqual([
      'Jeanne@example.net Du nouveau',
      'Marcel@example.net C’est oui',
    ])
    await world.deps.db.updateTable('applications').set({ state: 'withdrawn' }).execute()
    expect(await edit({ starts_on: '2026-12-05' })).toBe(false)
  })

  it('nobody is told of days that are past, and everybody of an offer that goes on since its first day', async () => {
    world.clock.set('2026-12-08T09:00:00.000Z')
    await edit({ starts_on: '2026-12-04' }).catch(() => undefined)
    await pass(2 * MINUTE)
    expect(server.arrived).toEqual([])
    const weekly = { commitment: 'regular', frequency: 'weekly', starts_on: '2026-12-10', ends_on: null }
    offer = await publish(world, weekly)
    await accept(world, offer, 'Louis')
    await pass(HOUR)
    server.arrived.splice(0)
    world.clock.set('2026-12-20T09:00:00.000Z')
    const [place] = (await findOffer(world.deps.db, offer))!.content.places
    expect(await edit({ places: [{ ...place!, label: 'Gymnase' }] })).toBe(true)
    await pass(2 * MINUTE)
    expect(server.arrived.map(({ to }) => to[0])).toEqual(['Louis@example.net'])
  })

  it('who was accepted between two changes is told what changed since', async () => {
    await edit({ starts_on: '2026-12-04' })
    await pass(20 * SECOND)
    await accept(world, offer, 'Marcel')
    await pass(20 * SECOND)
    server.arrived.splice(0)
    await edit({ starts_on: '2026-12-05' })
    await pass(2 * MINUTE)
    // Jeanne knows the fifth from the beginning.
    expect(server.arrived.map(({ to }) => to[0])).toEqual(['Marcel@example.net'])
    const text = fold(server.arrived[0]!.mail.text)
    expect(text).toContain('Quand : Du 5 décembre 2026 au 6 décembre 2026, 2 h\nAvant : Du 4 décembre 2026 au')
  })

  it('cancelled, they are told so alone, and the days leave the calendar', async () => {
    await edit({ starts_on: '2026-12-06' })
    await cancelOffer(world.deps, bastienOf(world), offer, { reason: 'other' })
    await pass(2 * MINUTE)
    expect(server.arrived.map(({ mail }) => fold(mail.subject))).toEqual([
      'C’est annulé : Servir la soupe; et, débarrasser',
    ])
    expect(fold(server.arrived[0]!.mail.text)).toContain('C’était prévu : Dimanche 6 décembre')
    const lines = calendarOf()
    expect(lines).toEqual(expect.arrayContaining(['STATUS:CANCELLED', 'SEQUENCE:3']))
    expect(lines.some((line) => line.startsWith('METHOD'))).toBe(false)
  })

  it('in the office: the team is told that people hear of it, and the application says that they did', async () => {
    const b = await world.signIn('bastien')
    await b.get(`/work/offers/${offer}/edit`)
    await b.fill('Ville ou village', 'Beaune (21)').press('Enregistrer les changements')
    expect(b.text).toContain('Les personnes acceptées reçoivent dans une minute un message')
    await pass(2 * MINUTE)
    const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
    expect((await b.get(`/work/applications/${id}`)).text).toContain('Dates ou lieu changés, personne prévenue')
  })
})
