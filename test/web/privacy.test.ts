// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person gets of what is kept about them, and who else may see it.
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertEnquiry } from '../../db/queries/enquiries.ts'
import { insertHelp, insertHelpAnswer } from '../../db/queries/help.ts'
import { insertUsual } from '../../db/queries/usual-hours.ts'
import { HOLDINGS, personalColumns } from '../../db/queries/personal.ts'
import { addMember, insertTeam } from '../../db/queries/teams.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { giveOwnRole, insertLimited, saveRole } from '../../db/queries/roles.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

/** Chloé with something in every table that can hold something about her. */
async function withHistory(): Promise<{ world: World; b: Browser }> {
  const world = await startApp()
  const { db } = world.deps
  const b = await world.signIn('chloe')
  const category = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  for (const day of ['2026-11-19', '2026-11-20']) {
    const line = { category: category.id, day, duration: '1h', note: 'Note de Chloé' }
    await b.post('/my/hours', line)
  }
  await world.browser().post('/sign-in/link', { login: '1003' })
  await world.browser().post('/password/forgot', { login: '1003' })
  await world.mails()
  const now = world.deps.clock.iso()
  await db
    .insertInto('offers')
    .values({ id: 'o', state: 'published', content: '{"title":{"fr":"Soupe"}}', created_at: now, updated_at: now })
    .execute()
  const sent = {
    id: 'a',
    offer_id: 'o',
    state: 'accepted',
    email: 'chloe@example.org',
    email_key: 'chloe@example.org',
    locale: 'fr',
  } as const
  const said = { given_name: 'Chloé', family_name: 'Tremblay', message: 'Mon message', person_id: world.id('chloe') }
  await db
    .insertInto('applications')
    .values({ ...sent, ...said, created_at: now, updated_at: now })
    .execute()
  const parent = { application_id: sent.id, guardian_name: 'Rosa Tremblay', guardian_email: 'rosa@example.org' }
  await db.insertInto('application_guardians').values(parent).execute()
  const tick = { application_id: sent.id, item: 'Lire la charte', side: 'person', ticked_at: now } as const
  await db.insertInto('application_welcome').values(tick).execute()
  await db
    .insertInto('testimonials')
    .values({
      id: 't',
      application_id: sent.id,
      offer_id: sent.offer_id,
      state: 'shown',
      words: 'Mes mots',
      signature: 'given',
      shown_name: 'Chloé',
      locale: 'fr',
      wording: 'J’accepte',
      email_key: 'chloe@example.org',
      person_id: world.id('chloe'),
      written_at: now,
      updated_at: now,
    })
    .execute()
  const talk = { application_id: sent.id, side: 'team', body: 'Notre question', sent_at: now } as const
  await db
    .insertInto('application_messages')
    .values({ id: 'q', ...talk })
    .execute()
  await db
    .insertInto('consents')
    .values({
      id: 'c',
      person_id: world.id('chloe'),
      kind: 'contact',
      wording: 'Afficher mon nom',
      locale: 'fr',
      way: 'set_up',
      published: '{"name":"Chloé Tremblay","email":"chloe@example.org"}',
      given_at: now,
    })
    .execute()
  await insertEnquiry(db, {
    id: 'e',
    state: 'new',
    given_name: 'Chloé',
    family_name: 'Tremblay',
    email: 'chloe@example.org',
    email_key: 'chloe@example.org',
    phone: '',
    locale: 'fr',
    wishes: 'Mes envies',
    causes: [],
    days: [],
    parts: [],
    place_name: '',
    place_code: '',
    person_id: world.id('chloe'),
    created_at: now,
    seen_at: now,
    updated_at: now,
  })
  await db
    .insertInto('enquiry_messages')
    .values({ id: 'm', enquiry_id: 'e', kind: 'answer', body: 'Notre réponse', about: '', title: '', sent_at: now })
    .execute()
  const trouble = { said: 'La page est vide', page: '/my', reference: '', name: 'Chloé', phone: '', locale: 'fr' }
  const mailbox = { email: 'chloe@example.org', email_key: 'chloe@example.org', person_id: world.id('chloe') }
  await insertHelp(db, { id: 'h', state: 'open', ...trouble, ...mailbox, created_at: now, updated_at: now })
  await insertHelpAnswer(db, { id: 'a', request_id: 'h', body: 'C’est réparé', sent_at: now })
  const noted = { written_by: world.id('chloe'), written_at: now }
  await db
    .insertInto('team_notes')
    .values({ id: 'n', association_uri: 'u', item_id: null, body: 'Ma note', ...noted })
    .execute()
  const reported = {
    offer_uri: 'u',
    public_id: 'p',
    title: 'Soupe',
    association_name: 'Les Conteurs',
    answer: 'Corrigé',
  }
  await db
    .insertInto('offer_reports')
    .values({
      id: 'r',
      state: 'changed',
      origin: 'member',
      reason: 'else',
      said: 'C’est fermé',
      locale: 'fr',
      ...reported,
      ...mailbox,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await db
    .insertInto('offer_invitations')
    .values({ offer_id: 'o', person_id: world.id('chloe'), sent_at: now })
    .execute()
  await db
    .insertInto('offer_contacts')
    .values({ offer_id: 'o', person_id: world.id('chloe'), position: 0 })
    .execute()
  await db
    .insertInto('typed_offers')
    .values({
      person_id: world.id('chloe'),
      offer_id: '',
      form_id: 'f',
      typed: '{"title_fr":"Mon annonce","work_mode":"on_site"}',
      kept_at: now,
    })
    .execute()
  await saveRole(db, { id: 'role', name: 'Accueil', rights: ['see_people'], at: now })
  await giveOwnRole(db, { person_id: world.id('chloe'), role_id: 'role', granted_at: now, granted_by: null })
  await insertTeam(db, { id: 'team', name: 'Maraude', created_at: now })
  await addMember(db, { team_id: 'team', person_id: world.id('chloe'), added_at: now })
  await insertProject(db, { id: 'project', name: 'Jardin', created_at: now })
  const limited = { person_id: world.id('chloe'), role: 'treasurer', project_id: 'project', granted_at: now } as const
  await insertLimited(db, { id: 'limited', role_id: null, team_id: null, granted_by: null, ...limited })
  const imported = { content: '[["Titre"],["Mon fichier"]]', columns: '[]', rows: 1 }
  await db
    .insertInto('offer_imports')
    .values({ ...imported, id: 'i', created_by: world.id('chloe'), created_at: now })
    .execute()
  const elsewhere = {
    credential: 'a.b.c',
    credential_id: 'urn:x',
    issuer_name: 'Le Relais',
    issuer_url: 'https://relais.example',
  }
  const period = {
    from_day: '2025-01-01',
    until_day: '2025-12-31',
    minutes: 600,
    state: 'valid',
    role: 'Accueil',
  } as const
  await db
    .insertInto('gathered_attestations')
    .values({
      ...elsewhere,
      ...period,
      id: 'g',
      person_id: world.id('chloe'),
      person_name: 'Chloé Tremblay',
      checked_at: now,
      created_at: now,
    })
    .execute()
  const file = { tool: 'table', file_name: '', headings: '[]', columns: '[]', state: 'ready', last_line: 2 } as const
  await db
    .insertInto('imports')
    .values({ ...file, id: 'f', rows: 1, created_by: world.id('chloe'), created_at: now })
    .execute()
  const named = { given_name: 'Chloé', family_name: 'Tremblay', email: '', phone: '', name_key: 'chloe tremblay' }
  await db
    .insertInto('import_people')
    .values({ ...named, import_id: 'f', number: 2, person_id: world.id('chloe') })
    .execute()
  await db
    .insertInto('import_rows')
    .values({ import_id: 'f', line: 2, cells: '["Chloé Tremblay"]', party: 2 })
    .execute()
  await db
    .insertInto('alert_subscribers')
    .values({
      id: 's',
      link_hash: 'h',
      email: 'chloe@example.org',
      email_key: 'chloe@example.org',
      locale: 'fr',
      rhythm: 'weekly',
      told_until: now,
      next_at: now,
      created_at: now,
      ends_at: now,
    })
    .execute()
  await db
    .insertInto('alerts')
    .values({ id: 't', subscriber_id: 's', query: '?q=lire', label: 'Mon alerte', created_at: now })
    .execute()
  await b.post('/my/attestations', { skills: 'Mes compétences' })
  await b.post('/my/cec/elsewhere', { year: '2026', elsewhere: '80' })
  const usual = { month: '2026-10', worked_on: '2026-10-31', minutes: 120, category_id: category.id, asked_at: now }
  await insertUsual(db, { ...usual, person_id: world.id('chloe') })
  const attested = { functions: '[]', from_day: '2026-01-01', until_day: '2026-11-01', issued_on: '2026-11-02' }
  const signed = { person_name: 'Chloé', signatory: 'Rosa Garnier', signatory_role: 'présidente', place: 'Dijon' }
  await db
    .insertInto('attestations')
    .values({
      ...attested,
      ...signed,
      id: 'a',
      number: 1,
      code: 'code-of-an-attestation',
      created_at: now,
      person_id: world.id('chloe'),
      kind: 'volunteer',
      locale: 'fr',
    })
    .execute()
  await b.post('/my/hours/timer', {})
  await b.post('/my/trips', { day: '2026-11-20', km: '12', way: 'Dijon–Beaune', choice: 'waive' })
  const trip = await db.selectFrom('trips').select('id').executeTakeFirstOrThrow()
  await db
    .insertInto('trip_corrections')
    .values({ id: 'tc', trip_id: trip.id, way: 'Dijon', corrected_at: now })
    .execute()
  const link = { id: 'l', hash: 'h', person_id: world.id('chloe'), expires_on: '2027-11-22', created_at: now }
  await db.insertInto('hours_links').values(link).execute()
  const { id: category_id } = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const typed = { given_name: 'Chloé', family_name: 'Tremblay', worked_on: '2026-11-20', minutes: 60, created_at: now }
  await db
    .insertInto('kiosk_lines')
    .values({ id: 'k', category_id, ...typed })
    .execute()
  await b.post('/my/data/request', { kind: 'correction', said: 'Ma demande' })
  const amina = await world.signIn('amina')
  await amina.get(`/work/people/${world.id('chloe')}`)
  return { world, b }
}

type Line = { table: string; [column: string]: unknown }

describe('web H3: a person’s own data', () => {
  it('is theirs at once, whole, as a page, as JSON and as CSV, without a secret', async () => {
    const { world, b } = await withHistory()
    await b.get('/my/data')
    for (const text of [
      'Chloé',
      'Tremblay',
      'chloe@example.org',
      '1003',
      'Note de Chloé',
      'Mon message',
      'Notre question',
      'Mes mots',
      'Soupe',
      'Ma demande',
      'Mes envies',
      'Notre réponse',
      'Mon alerte',
      'Mon annonce',
    ])
      expect([text, b.text.includes(text)]).toEqual([text, true])
    const file = await b.get('/my/data.json')
    // A file of offers may be long: only here.
    expect(file.html).toContain('Mon fichier')
    const { kept } = JSON.parse(file.html) as { kept: Line[] }
    for (const { table } of HOLDINGS) {
      const line = kept.find((one) => one.table === table)
      expect([table, Object.keys(line ?? {}).toSorted()]).toEqual([
        table,
        ['table', ...personalColumns(table)].toSorted(),
      ])
    }
    const row = await world.deps.db
      .selectFrom('people')
      .selectAll()
      .where('id', '=', world.id('chloe'))
      .executeTakeFirstOrThrow()
    const csv = await b.get('/my/data.csv')
    for (const text of [file.html, csv.html]) {
      expect(text).toContain('Note de Chloé')
      expect(text).not.toContain(row.password_hash!)
      expect(text).not.toMatch(/amina|Benali|bastien@/i)
    }
  })

  it('has each line of the trail once, the latest first', async () => {
    const { world, b } = await withHistory()
    const mine = world.id('chloe')
    await b.get('/my/data')
    const heading = [...b.document.querySelectorAll('h2')].find((one) => one.textContent === 'Journal')!
    const rows = [...heading.nextElementSibling!.querySelectorAll('tbody tr')]
    const lines = await world.deps.db
      .selectFrom('events')
      .select('at')
      .where((eb) => eb.or([eb('actor_id', '=', mine), eb('subject_id', '=', mine)]))
      .execute()
    expect(lines.length).toBeGreaterThan(4)
    expect(rows).toHaveLength(lines.length)
    await b.post('/my/profile', { given_name: 'Chloé', family_name: 'Tremblay', phone: '', locale: 'fr' })
    world.clock.advance(60_000)
    await (await world.signIn('amina')).post(`/work/people/${mine}/roles`, { roles: ['volunteer', 'treasurer'] })
    const again = await world.signIn('chloe')
    await again.get('/my/data')
    expect(again.text).toMatch(
      /Journal Quand Quoi \d+ novembre 2026 à [\d:]+ Connexion \d+ novembre 2026 à [\d:]+ Rôles changés/,
    )
  })

  it('is for nobody else but the administrator, whose look is in the trail', async () => {
    const { world } = await withHistory()
    const path = `/work/people/${world.id('chloe')}/data`
    for (const name of ['bastien', 'elise', 'david'] as const)
      for (const end of ['', '.json', '.csv'])
        expect((await (await world.signIn(name)).get(path + end)).status).toBe(403)
    world.clock.advance(2 * 3_600_000)
    const lines = () => world.deps.db.selectFrom('events').select('seq').where('type', '=', 'record.opened').execute()
    const before = await lines()
    const amina = await world.signIn('amina')
    await amina.get(`${path}.json`)
    expect([amina.status, (await lines()).length]).toEqual([200, before.length + 1])
    expect((JSON.parse(amina.html) as { kept: Line[] }).kept.length).toBeGreaterThan(8)
    await amina.get(path)
    expect(amina.heading).toBe('Données de Chloé Tremblay')
  })

  it('is read in parts, however much there is', async () => {
    const { world, b } = await withHistory()
    const { db } = world.deps
    const [entry] = await db.selectFrom('hours_entries').selectAll().execute()
    for (let n = 0; n < 450; n++)
      await db
        .insertInto('hours_entries')
        .values({ ...entry!, id: `more-${n}`, form_id: null })
        .execute()
    const { kept } = JSON.parse((await b.get('/my/data.json')).html) as { kept: Line[] }
    expect(kept.filter(({ table }) => table === 'hours_entries')).toHaveLength(452)
    expect((await b.get('/my/data')).text).toContain('Les 50 plus récents sur 452 sont montrés.')
  })
})
