// SPDX-License-Identifier: AGPL-3.0-or-later
// The generated files of the database are current, and its rules hold on every connection.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { migrate, type Migration } from '../../db/migrate.ts'
import { createSources } from '../../db/migrations/202611251030-create-sources.ts'
import { welcomeSides } from '../../db/migrations/202611300000-welcome-sides.ts'
import { countHoursOfOffers } from '../../db/migrations/202611301430-count-hours-of-offers.ts'
import { keepFirstAnswers } from '../../db/migrations/202611301549-keep-first-answers.ts'
import { countWhoCame } from '../../db/migrations/202611301411-count-who-came.ts'
import { sumMonths } from '../../db/migrations/202611251100-sum-months.ts'
import { keepListingState } from '../../db/migrations/202611282134-keep-listing-state.ts'
import { rememberRefusals } from '../../db/migrations/202611290545-remember-refusals.ts'
import { keepWaitingList } from '../../db/migrations/202611291233-keep-waiting-list.ts'
import { findSites } from '../../db/migrations/202611251110-find-sites.ts'
import { migrations } from '../../db/migrations/index.ts'
import { APPLICATION_ID, inTransaction, openConnection, openDb } from '../../db/open.ts'
import { beginMigration } from '../../db/tools/new-migration.ts'
import { schemaFiles } from '../../db/tools/schema-files.ts'
import { columnsOf, columnsWritten } from '../support/schema.ts'
import { readModules } from '../support/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
const file = join(folder, 'test.sqlite')
const connection = openConnection(file)
migrate(connection, '2026-11-22T09:00:00.000Z')
const db = openDb(connection)
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true })
})

it('the files that repeat the migrations are true', () => {
  const written = (name: string) => readFileSync(join(import.meta.dirname, '../../db', name), 'utf8')
  const stale = Object.entries(schemaFiles()).filter(([name, text]) => written(name) !== text)
  expect(stale.map(([name]) => `db/${name} is not what the migrations make: run npm run schema`)).toEqual([])
})

it('a column without a tag is named, wherever a migration adds it', () => {
  const things = (tag: string) => `
CREATE TABLE things_of_before (
  id TEXT PRIMARY KEY, -- internal
  phone TEXT NOT NULL DEFAULT ''${tag}
) STRICT;
ALTER TABLE things_of_before RENAME TO things;
ALTER TABLE things ADD COLUMN kind TEXT CHECK (kind IN ('cup', 'plate'));${tag}
`
  expect(() => schemaFiles([{ name: 'things', sql: things('') }])).toThrow(/things\.phone, things\.kind\b.*-- personal/)
  const files = schemaFiles([{ name: 'things', sql: things(' -- personal') }])
  expect(files['data-map.ts']).toContain(
    "  things: {\n    id: 'internal',\n    phone: 'personal',\n    kind: 'personal',\n  },\n",
  )
  expect(files['schema.ts']).toContain(
    "interface ThingsTable {\n  id: string\n  phone: Generated<string>\n  kind: 'cup' | 'plate' | null\n}\n",
  )
})

describe('a new migration', () => {
  const own = join(folder, 'migrations')
  const index = join(own, 'index.ts')
  const at = new Date('2027-01-02T03:04:05.000Z')
  beforeEach(() => {
    mkdirSync(own)
    cpSync(join(import.meta.dirname, '../../db/migrations/index.ts'), index)
  })
  afterEach(() => rmSync(own, { recursive: true }))

  it('is begun with its file and its line at the end of the list', () => {
    expect(beginMigration(['add-nickname'], at, own)).toBe('db/migrations/202701020304-add-nickname.ts')
    const text = readFileSync(join(own, '202701020304-add-nickname.ts'), 'utf8')
    expect(text).toContain("export const addNickname: Migration = {\n  name: '202701020304-add-nickname',")
    const list = readFileSync(index, 'utf8')
    expect(list).toContain("\nimport { addNickname } from './202701020304-add-nickname.ts'\n\nexport")
    expect(list).toMatch(/,\n {2}addNickname,\n\]\n$/)
  })

  it.each([[[]], [['Nick']], [['nickname']], [['add-nickname', 'more']], [['../add-nickname']], [['create-core']]])(
    'with the name %j writes nothing',
    (names) => {
      const before = readFileSync(index, 'utf8')
      expect(() => beginMigration(names, at, own)).toThrow(/such as add-nickname|already/)
      expect(readFileSync(index, 'utf8')).toBe(before)
      expect(readdirSync(own)).toEqual(['index.ts'])
    },
  )
})

it('a migration brings in nothing of ours that may change', () => {
  const all = readModules(['db/migrations']).filter(({ file }) => !file.endsWith('/index.ts'))
  const used = all.flatMap(({ file, imports }) =>
    imports.filter(({ isType }) => !isType).map(({ to }) => `${file} → ${to}`),
  )
  expect(all.length).toBe(migrations.length)
  expect(used).toEqual([])
})

/** SHA-256 of the SQL of each migration, without its comments. */
const DIGESTS: Record<string, string> = {
  '202611220900-create-core': '240d4f1ff9e7',
  '202611220910-create-offers': '1857cd6bb0cb',
  '202611220920-create-hours': '7c02d3ac32e6',
  '202611220930-create-partners': '7e30668ec2ae',
  '202611220940-create-federation': '576d43ce0275',
  '202611251000-lighten-inbox': 'f6eb646cfc0b',
  '202611251010-end-deliveries': '417d5e0a0642',
  '202611251020-create-peer-policy': '77f3db03e912',
  '202611251030-create-sources': '9c7a8424b63c',
  '202611251040-create-shared-counts': 'fa1d3abb253b',
  '202611251050-index-events-actor': 'e8f37ce48536',
  '202611251070-forget-old-letters': '121271c28197',
  '202611251080-forget-passers-by': 'f49cd8ff7b2f',
  '202611251081-keep-further-keys': 'eeba5f7f8362',
  '202611251100-sum-months': '1315a334d1a3',
  '202611251110-find-sites': '5c972ffeba6f',
  '202611251120-forget-ignored-letters': '63b7c4f38355',
  '202611281800-list-hosts-in-code': '1ac4de778d7e',
  '202611281800-park-events': 'fc321d12e1e3',
  '202611281800-remember-due-jobs': 'aae21a414ab0',
  '202611281810-count-months-in-code': '8e462abd0367',
  '202611281922-name-colour-theme': 'c1c867c2c246',
  '202611282123-index-members': '4da94fbc08ce',
  '202611282130-fan-out-in-batches': 'f16fe4346995',
  '202611282134-keep-listing-state': '9c1f6cdc3c18',
  '202611282144-index-lists': '4601e8760ddd',
  '202611290138-index-moderation': '31c9cc3a4b52',
  '202611290418-set-fan-outs-aside': 'c4a5a6172950',
  '202611290545-remember-refusals': '01b3287f7588',
  '202611290553-end-access': '6b4352695659',
  '202611290607-allow-household-applications': '82de39cf5c7b',
  '202611290613-date-second-factor': '005787f7a36e',
  '202611290626-date-listing-changes': 'c3ca00012176',
  '202611290634-list-erased': '70a841417873',
  '202611290641-keep-signs-of-life': 'b76f1ac6c76c',
  '202611290707-name-who-answers': 'b6a883a13d12',
  '202611290923-gather-mails': '66c217924e09',
  '202611290924-keep-event-starts': 'fb9920d7ede9',
  '202611290931-hold-answers': 'c2edd6cb4c1c',
  '202611290934-go-by-batches': 'bf51790b5930',
  '202611290934-note-incidents': '2fc116dcd6c4',
  '202611290939-note-people': 'fb9fb53fc159',
  '202611290946-find-own-offers': 'fd6b371fba7a',
  '202611290946-take-data-requests': 'b6f6155b5d07',
  '202611290952-flag-returned-hours': '31a818828602',
  '202611291009-keep-consents': 'cc80261f706d',
  '202611291039-order-names': '3592f936bbc7',
  '202611291233-keep-waiting-list': '302430d37f4d',
  '202611291234-send-alerts': '417ce1235032',
  '202611291235-settle-typed-towns': '110dff265e06',
  '202611291243-take-enquiries': '5432cc5da11e',
  '202611291254-agree-exact-sums': 'fb7978b51ca2',
  '202611291259-count-further-facets': '2e48e4c07ae0',
  '202611291302-list-offers-of-contact': 'de2d7378ddb2',
  '202611291306-find-waiting-hours': '71199e2ecb56',
  '202611291306-keep-partner-logos': '5ac5842c90e7',
  '202611291313-follow-up-days': '2c6681fe5890',
  '202611291313-hold-offer-changes': '2855f249a0eb',
  '202611291320-invite-volunteers': 'ab6e8613ddcc',
  '202611291545-name-passed-to': 'e7471186cfa6',
  '202611291730-date-first-listing': '8333a0029159',
  '202611291735-find-mails-by-mailbox': 'f2e21e3a2b06',
  '202611291750-keep-typed-offers': '313e232d4e16',
  '202611291813-keep-conversations': 'dc0a8daf65d4',
  '202611291753-take-help-requests': '57286cb83be5',
  '202611291751-find-moderation-items': '2518eba522cc',
  '202611291815-keep-offer-templates': '356ef42a3f5e',
  '202611291834-ask-guardians': 'c238acc08285',
  '202611291753-import-offers': '84bef28dd4c7',
  '202611291809-keep-offer-messages': 'bb83e0aeb803',
  '202611292115-keep-offer-contacts': 'd5fe4e25bb61',
  '202611292125-set-levels': 'e8442a347775',
  '202611292135-keep-offer-files': '21329b0d6ceb',
  '202611292130-count-answers': '82a2dcf4c67c',
  '202611292115-run-timers': '49ca70cf92a9',
  '202611292112-take-reports': '7b88327a7a6e',
  '202611292135-compare-offers': '745aad228975',
  '202611292145-keep-team-notes': 'fb0e31ce2dcd',
  '202611292200-know-centres': 'fde724365ae3',
  '202611292145-close-years': '42faaf5515b1',
  '202611292205-attest-hours': 'fabca1cd4fd8',
  '202611292225-know-towns': '26c6f867d646',
  '202611292205-link-listings': '316c82c864f0',
  '202611292227-say-sectors': '23bc47c7fc34',
  '202611292128-count-unnamed-helpers': 'cd410b4cdf48',
  '202611292132-keep-trips': '6d477df92108',
  '202611292140-open-hours-links': 'c84fd163958b',
  '202611292204-approve-by-rules': 'de41cd7a75d1',
  '202611292210-welcome-people': 'aa8c994a9fc7',
  '202611292228-give-help-desk': 'e8f06d98a67a',
  '202611300000-welcome-sides': 'a14e12b72500',
  '202611300001-keep-withdrawn-numbers': '157b72e16c95',
  '202611300005-key-picture-copies-by-offer': '6e5ccdf0b45a',
  '202611300008-find-kiosk-days': 'e8d4425312d2',
  '202611300012-end-sleeping-help': 'b455fe82073f',
  '202611300036-name-projects': 'a600c3709c6f',
  '202611300037-keep-testimonials': 'e612cdafb817',
  '202611300040-take-in-files': '7cdf69b57633',
  '202611300058-ask-cec': '8912604f5072',
  '202611300130-ask-usual-hours': '7518c0548231',
  '202611300131-gather-attestations': '2cc6123b7352',
  '202611300215-pause-members': '56bc207eadad',
  '202611300216-share-models': '796dc7a21bf1',
  '202611300331-date-member-listings': '683a37e2efbf',
  '202611300341-find-senders': '60166c4d3048',
  '202611300420-ask-applicants': '396ebd1c34a7',
  '202611300421-name-read-sheet': '782b9202beb7',
  '202611300436-name-trip-project': '210e00faea3f',
  '202611300450-drop-statement-entries': '5203ff1f7d1d',
  '202611300455-limit-member-offers': '96b46685c592',
  '202611300510-keep-roles': 'edc1b7097bc8',
  '202611300515-limit-roles': '39b8cc16ff71',
  '202611300525-find-told-mails': 'e27ab4f02833',
  '202611300531-order-twins-by-day': '580045eab649',
  '202611300540-gather-teams': '6b3a63691860',
  '202611300547-order-project-hours': '952bb95c0625',
  '202611300758-keep-trip-corrections': 'd26b4110f5c7',
  '202611301229-keep-places-of-hours': '7d50956b2770',
  '202611301411-count-who-came': '98dafcad78de',
  '202611301414-keep-notes-for-accepted': '85938a52073c',
  '202611301430-count-hours-of-offers': 'feb33ffcfdcc',
  '202611301515-take-answers': '5c2a749716c5',
  '202611301549-keep-first-answers': '9c06e34c68c4',
}

it('a migration that databases may have been through is never changed', () => {
  const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim()
  const digest = (sql: string) => createHash('sha256').update(withoutComments(sql)).digest('hex').slice(0, 12)
  const faults = migrations.flatMap(({ name, sql }) => {
    if (DIGESTS[name] === digest(sql)) return []
    return DIGESTS[name]
      ? [
          `${name}: put its SQL back as it was and write a new migration: nothing would bring the change to old databases`,
        ]
      : [`DIGESTS in this file: once it is finished, add '${name}': '${digest(sql)}'`]
  })
  expect(faults).toEqual([])
  expect(Object.keys(DIGESTS)).toEqual(migrations.map(({ name }) => name))
})

it('schema.ts has the same type for every column', () => {
  expect(columnsWritten()).toEqual(columnsOf(connection))
})

it('every table is STRICT, but the index of words', () => {
  const loose = connection.prepare(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0",
  )
  expect(loose.pluck().all()).toEqual([])
})

it.each(['the server', 'a command of the operator beside it'])('%s opens the file with the same settings', (who) => {
  const own = who === 'the server' ? connection : openConnection(file)
  const names = [
    'journal_mode',
    'synchronous',
    'foreign_keys',
    'busy_timeout',
    'trusted_schema',
    'cell_size_check',
    'secure_delete',
  ]
  const settings = [...names, 'journal_size_limit', 'application_id'].map((name) => own.pragma(name, { simple: true }))
  // The server waits for a lock off its thread (db/open.ts).
  expect(settings).toEqual([
    'wal',
    who === 'the server' ? 1 : 2,
    1,
    who === 'the server' ? 0 : 5000,
    0,
    1,
    1,
    64 * 1024 * 1024,
    0x4d4e4654,
  ])
  expect(own.pragma('user_version', { simple: true })).toBeGreaterThan(0)
  if (own !== connection) own.close()
})

it('the outer handle refuses to work inside a transaction, where it would wait for ever', async () => {
  const read = () => db.selectFrom('jobs').selectAll().execute()
  await expect(inTransaction(db, read)).rejects.toThrow('inside a transaction')
  await expect(read()).resolves.toEqual([])
})

it('a write transaction takes the lock at once, and another process waits for it', async () => {
  const other = openConnection(file)
  other.pragma('busy_timeout = 0')
  await db.transaction().execute(async () => {
    expect(() => other.exec('BEGIN IMMEDIATE')).toThrow('locked')
    expect(other.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(0)
  })
  other.close()
})

function before(migration: Migration) {
  const old = openConnection(':memory:')
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.exec('CREATE TABLE migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID')
  for (const { name, sql } of migrations.slice(0, migrations.indexOf(migration))) {
    old.exec(sql)
    old.prepare('INSERT INTO migrations VALUES (?, ?)').run(name, '2026-11-22T09:00:00.000Z')
  }
  return old
}

it('relations of before keep all they hold when more kinds of them are allowed', () => {
  const old = before(createSources)
  old.exec(`INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, trust, requested_at)
    VALUES ('a', 'https://assoc.example/actor', 'member', 'Les Conteurs', 'https://assoc.example/', 'active', 'trusted', 'then')`)
  const held = old.prepare('SELECT * FROM affiliations').all()
  migrate(old, '2026-11-25T10:30:00.000Z')
  expect(old.prepare('SELECT * FROM affiliations').all()).toMatchObject(held)
  old.close()
})

it('days that were counted before there were months are in them', () => {
  const old = before(sumMonths)
  old.exec(`INSERT INTO offer_counts (offer_id, day, channel, views) VALUES
      ('o', '2026-01-31', 'own', 1), ('o', '2026-02-01', 'own', 2), ('o', '2026-02-28', 'own', 4);
    INSERT INTO shown_counts VALUES ('2026-02-01', 'https://a.example/offers/o', 8, 1);
    INSERT INTO reported_counts (day, offer_uri, reporter, document, accepted, received_at)
      VALUES ('2026-02-01', 'https://a.example/offers/o', 'https://a.example/actor', 'd', 16, 'then')`)
  migrate(old, '2026-11-25T11:00:00.000Z')
  const rows = old
    .prepare('SELECT kind, teller, month, days, impressions, views, accepted FROM month_counts')
    .raw()
    .all()
  expect(rows).toEqual([
    ['counted', 'own', '2026-01', 1, 0, 1, 0],
    ['counted', 'own', '2026-02', 2, 0, 6, 0],
    ['reported', 'https://a.example/actor', '2026-02', 1, 0, 0, 16],
    ['shown', '', '2026-02', 1, 8, 1, 0],
  ])
  old.close()
})

it('people who came before they were counted are counted on the day on which it was noted', () => {
  const old = before(countWhoCame)
  old.exec(`INSERT INTO offers (id, state, content, created_at, updated_at) VALUES ('o', 'closed', '{}', 'then', 'then');
    INSERT INTO offer_counts (offer_id, day, channel, views) VALUES ('o', '2026-10-02', 'own', 5);
    INSERT INTO month_counts (kind, offer, teller, month, days, views) VALUES ('counted', 'o', 'own', '2026-10', 1, 5)`)
  const insert = old.prepare(`INSERT INTO applications
      (id, offer_id, state, given_name, family_name, email, email_key, locale, seats, channel, decided_at, created_at, updated_at)
    VALUES (?, 'o', ?, 'A', 'B', '', ?, 'fr', ?, ?, ?, 'then', 'then')`)
  insert.run('a', 'completed', 'a', 2, 'own', '2026-10-02T10:00:00.000Z')
  insert.run('b', 'completed', 'b', 1, 'own', '2026-10-09T10:00:00.000Z')
  insert.run('c', 'completed', 'c', 1, 'https://c.example/actor', '2026-11-01T10:00:00.000Z')
  insert.run('d', 'no_show', 'd', 1, 'own', '2026-10-02T10:00:00.000Z')
  migrate(old, '2026-11-30T15:00:00.000Z')
  const read = (sql: string) => old.prepare(sql).raw().all()
  expect(read('SELECT day, channel, views, completed FROM offer_counts ORDER BY day')).toEqual([
    ['2026-10-02', 'own', 5, 2],
    ['2026-10-09', 'own', 0, 1],
    ['2026-11-01', 'https://c.example/actor', 0, 1],
  ])
  expect(read('SELECT month, teller, days, views, completed FROM month_counts ORDER BY month')).toEqual([
    ['2026-10', 'own', 2, 5, 3],
    ['2026-11', 'https://c.example/actor', 1, 0, 1],
  ])
  expect(read('SELECT id, came_on FROM applications ORDER BY id')).toEqual([
    ['a', '2026-10-02'],
    ['b', '2026-10-09'],
    ['c', '2026-11-01'],
    ['d', null],
  ])
  old.close()
})

it('of answers of before, those that nobody waited for say nothing of how soon a team answers', () => {
  const old = before(keepFirstAnswers)
  old.exec(
    `INSERT INTO offers (id, state, content, created_at, updated_at) VALUES ('o', 'closed', '{}', 'then', 'then')`,
  )
  const insert = old.prepare(`INSERT INTO applications (id, offer_id, state, given_name, family_name, email, email_key,
      locale, channel, confirmed_at, waitlisted_at, decided_at, created_at, updated_at)
    VALUES (?, 'o', ?, 'A', 'B', '', '', 'fr', 'own', '2026-10-02T10:00:00.000Z', ?, ?, 'then', 'then')`)
  insert.run('a', 'accepted', null, '2026-10-05T10:00:00.000Z')
  insert.run('b', 'waitlisted', '2026-10-03T10:00:00.000Z', null)
  // By applying while the offer was full, or put first since.
  insert.run('c', 'waitlisted', '2026-10-02T10:00:00.002Z', null)
  insert.run('d', 'accepted', '2026-10-02T09:59:59.999Z', '2026-10-20T10:00:00.000Z')
  // Noted by the team.
  insert.run('e', 'accepted', null, '2026-10-02T10:00:00.003Z')
  insert.run('f', 'submitted', null, null)
  migrate(old, '2026-11-30T16:10:00.000Z')
  expect(old.prepare('SELECT id, answered_at FROM applications ORDER BY id').raw().all()).toEqual([
    ['a', '2026-10-05T10:00:00.000Z'],
    ['b', '2026-10-03T10:00:00.000Z'],
    ['c', null],
    ['d', null],
    ['e', null],
    ['f', null],
  ])
  old.close()
})

it('hours that were approved before they were counted for offers are counted for them', () => {
  const old = before(countHoursOfOffers)
  const centre = 'https://c.example/actor'
  old.exec(`INSERT INTO offers (id, state, content, created_at, updated_at) VALUES ('o', 'closed', '{}', 'then', 'then');
    INSERT INTO hours_categories (id, label, valued, created_at) VALUES ('c', '{}', 1, 'then');
    INSERT INTO month_counts (kind, offer, teller, month, days, views) VALUES ('counted', 'o', 'own', '2026-10', 1, 5)`)
  const people = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6']
  for (const [at, id] of people.entries())
    old
      .prepare(
        `INSERT INTO people (id, member_number, family_name, joined_on, created_at, updated_at)
        VALUES (?, ?, 'A', 'then', 'then', 'then')`,
      )
      .run(id, at + 1)
  const apply = old.prepare(`INSERT INTO applications
      (id, offer_id, state, given_name, family_name, email, email_key, locale, channel, person_id, created_at, updated_at)
    VALUES (?, 'o', ?, 'A', 'B', '', ?, 'fr', ?, ?, 'then', 'then')`)
  for (const id of people.slice(0, 5)) apply.run(id, 'accepted', id, centre, id)
  // Who applied twice came by the way that was accepted.
  apply.run('again', 'withdrawn', 'again', 'own', 'p1')
  const work = old.prepare(`INSERT INTO hours_entries
      (id, person_id, worked_on, minutes, category_id, offer_id, source, state, reverses_id, created_at)
    VALUES (?, ?, ?, ?, 'c', ?, 'self', ?, ?, 'then')`)
  for (const id of people) work.run(`a${id}`, id, '2026-10-02', 60, 'o', 'approved', null)
  work.run('b', 'p1', '2026-10-03', 30, 'o', 'approved', null)
  work.run('c', 'p1', '2026-10-03', -30, 'o', 'approved', 'b')
  work.run('d', 'p1', '2026-10-03', 45, 'o', 'submitted', null)
  work.run('e', 'p1', '2026-10-03', 50, null, 'approved', null)
  old.exec(`INSERT INTO hours_headcounts (id, worked_on, people, minutes, category_id, offer_id, created_at)
    VALUES ('h', '2026-11-01', 4, 15, 'c', 'o', 'then')`)
  migrate(old, '2026-11-30T15:00:00.000Z')
  const read = (sql: string) => old.prepare(sql).raw().all()
  expect(read('SELECT * FROM offer_hours ORDER BY day, channel')).toEqual([
    ['o', '2026-10-02', centre, 300, 300],
    ['o', '2026-10-02', 'own', 60, 0],
    ['o', '2026-10-03', centre, 0, 0],
    ['o', '2026-11-01', 'own', 60, 0],
  ])
  expect(
    read('SELECT month, teller, days, views, minutes, minutes_of_many FROM month_counts ORDER BY month, teller'),
  ).toEqual([
    ['2026-10', centre, 0, 0, 300, 300],
    ['2026-10', 'own', 1, 5, 60, 0],
    ['2026-11', 'own', 0, 0, 60, 0],
  ])
  expect(read("SELECT id, channel FROM hours_entries WHERE id >= 'ap5' ORDER BY id")).toEqual([
    ['ap5', centre],
    ['ap6', 'own'],
    ['b', centre],
    ['c', centre],
    ['d', null],
    ['e', null],
  ])
  old.close()
})

it('ticks of before have their side, and rights to the help desk that had ended are over', () => {
  const old = before(welcomeSides)
  old.exec(`INSERT INTO people (id, member_number, family_name, joined_on, disabled_at, keeps_help, created_at, updated_at)
      VALUES ('team', 1, 'A', 'then', NULL, 1, 'then', 'then'), ('closed', 2, 'B', 'then', 'then', 1, 'then', 'then'),
        ('volunteer', 3, 'C', 'then', NULL, 1, 'then', 'then');
    INSERT INTO people_roles (person_id, role, granted_at)
      VALUES ('team', 'coordinator', 'then'), ('closed', 'coordinator', 'then'), ('volunteer', 'volunteer', 'then');
    INSERT INTO offers (id, state, content, created_at, updated_at) VALUES ('o', 'published', '{}', 'then', 'then');
    INSERT INTO applications
        (id, offer_id, state, given_name, family_name, email, email_key, locale, created_at, updated_at)
      VALUES ('a', 'o', 'accepted', 'Yvon', 'D', '', '', 'fr', 'then', 'then');
    INSERT INTO application_welcome VALUES ('a', 'Charte', 'then', 'team'), ('a', 'Papiers', 'then', NULL)`)
  migrate(old, '2026-11-30T09:00:00.000Z')
  expect(old.prepare('SELECT item, side, ticked_by FROM application_welcome ORDER BY item').raw().all()).toEqual([
    ['Charte', 'team', 'team'],
    ['Papiers', 'person', null],
  ])
  expect(old.prepare('SELECT id FROM people WHERE keeps_help = 1').pluck().all()).toEqual(['team'])
  old.close()
})

it('sites and partners that were known before they were listed are found', () => {
  const old = before(findSites)
  old.exec(`INSERT INTO fed_peers (host) VALUES ('un.example.org:8443'), ('deux.example');
    INSERT INTO fed_actors (uri, host, type, name, inbox, body, fetched_at) VALUES
      ('https://deux.example/a', 'deux.example', 'Person', 'Épicerie ÇA & Là', 'https://deux.example/in', '{}', 'then'),
      ('https://trois.example/a', 'trois.example', 'Person', '', 'https://trois.example/in', '{}', 'then');
    INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, requested_at)
      VALUES ('a', 'https://deux.example/a', 'member', 'Épicerie', 'https://deux.example/', 'active', 'then')`)
  migrate(old, '2026-11-25T11:10:00.000Z')
  expect(old.prepare('SELECT host, domain_key FROM fed_hosts').raw().all()).toEqual([
    ['deux.example', 'example.deux'],
    ['trois.example', 'example.trois'],
    ['un.example.org:8443', 'org.example.un'],
  ])
  expect(old.prepare('SELECT search_key FROM fed_actors').pluck().all()).toEqual(['epicerie ca & la', ''])
  expect(old.prepare('SELECT search_key FROM affiliations').pluck().all()).toEqual(['epicerie  deux example'])
  old.close()
})

it('listings of before are found by all that was known of them', () => {
  const old = before(keepListingState)
  const listing = (id: number, applications: string, status: string) =>
    old.exec(`INSERT INTO listings (id, public_id, offer_uri, home_url, origin, association_uri, association_name,
      association_url, revision, title, commitment, work_mode, min_age, applications, status, remaining, visible_from,
      visible_until, published_at, updated_at, content) VALUES (${id}, 'p${id}', 'u${id}', '', 'member', 'a', '', '', 1,
      '', 'regular', 'remote', 16, '${applications}', '${status}', 3, 'from', 'until', 'published', '', '{}')`)
  listing(1, 'open', 'confirmed')
  listing(2, 'full', 'confirmed')
  listing(3, 'closed', 'confirmed')
  listing(4, 'open', 'cancelled')
  old.exec(`INSERT INTO listing_terms VALUES (1, 'cause', 'food'), (1, 'cause', 'a word'), (1, 'skill', 'patience');
    INSERT INTO listing_places VALUES (1, 1, NULL, 'Le Bourg', NULL, NULL, NULL, NULL),
      (1, 0, 'FR-21231', 'Dijon', 'FR-D21', 'FR-R27', 47.3, 5.04)`)
  const content = { slots: ['saturday-morning', 'sunday', 'nobody-knows'], skills: [], language: ['fr', 'en'] }
  old.prepare('UPDATE listings SET content = ? WHERE id = 4').run(JSON.stringify(content))
  migrate(old, '2026-11-28T09:00:00.000Z')
  const states = old.prepare('SELECT * FROM listing_state ORDER BY id').all() as Record<string, unknown>[]
  const places = '[[47.3,5.04,"FR-21231","FR-D21","FR-R27","Dijon"],[null,null,null,null,null,"Le Bourg"]]'
  expect(states[0]).toEqual({
    id: 1,
    visible_from: 'from',
    visible_until: 'until',
    published_at: 'published',
    is_listed: 1,
    is_open: 1,
    min_age: 16,
    remaining: 3,
    association_uri: 'a',
    codes: '["cause:a word","cause:food"]',
    places,
    starts_at: '',
    listed_at: '',
  })
  expect(states.map(({ is_listed, is_open }) => [is_listed, is_open])).toEqual([
    [1, 1],
    [1, 0],
    [0, 0],
    [0, 1],
  ])
  expect(states[1]).toMatchObject({ codes: '[]', places: '[]' })
  expect(JSON.parse(String(states[3]!['codes']))).toEqual(
    `day:saturday day:sunday easy:yes language:en language:fr part:afternoon part:evening part:midday part:morning
     part:night slot:saturday-morning slot:sunday`.split(/\s+/),
  )
  old.close()
})

it('federation F3: offers that were removed before leave their words nowhere', () => {
  const old = before(rememberRefusals)
  const say = (id: string, type: string, offer: string, object: object) =>
    old
      .prepare(
        `INSERT INTO fed_activities (id, direction, type, actor, object_id, body, state, at)
          VALUES (?, 'out', ?, 'me', ?, ?, 'done', '')`,
      )
      .run(id, type, offer, JSON.stringify({ id, type, object }))
  say('1', 'Create', 'a', { type: 'Event', content: 'gone' })
  say('2', 'Create', 'b', { type: 'Event', content: 'still there' })
  say('3', 'Delete', 'a', { id: 'a', type: 'Tombstone' })
  old.exec("INSERT INTO fed_collections SELECT 'outbox', id, seq FROM fed_activities")
  migrate(old, '2026-11-29T06:00:00.000Z')
  const bodies = old.prepare('SELECT body FROM fed_activities ORDER BY seq').pluck().all().map(String)
  expect(JSON.parse(bodies[0]!)).toEqual({ id: '1', type: 'Create', object: { id: 'a', type: 'Tombstone' } })
  expect(bodies[1]).toContain('still there')
  expect(old.prepare('SELECT activity_id FROM fed_collections ORDER BY seq').pluck().all()).toEqual(['2', '3'])
  old.close()
})

it('applications of before keep all they hold when more states of them are allowed, and every index', () => {
  const old = before(keepWaitingList)
  old.exec(`INSERT INTO people (id, member_number, family_name, joined_on, created_at, updated_at)
      VALUES ('p', 1, 'Paquette', '2026-01-01', 'then', 'then');
    INSERT INTO offers (id, state, content, created_at, updated_at) VALUES ('o', 'published', '{}', 'then', 'then')`)
  const add =
    old.prepare(`INSERT INTO applications (id, offer_id, state, given_name, family_name, email, email_key, phone,
      locale, message, ticks, age_confirmed, channel, person_id, created_at, confirmed_at, decided_at, decided_by,
      reason_code, answer, updated_at, version)
    VALUES (?, 'o', ?, 'Yvon', ?, 'y@example.org', 'y@example.org', '1', 'fr', 'Je range.', '["vehicle"]', 1, 'own', 'p',
      'c', 'd', 'e', 'p', 'other', 'Merci.', 'u', 7)`)
  const states = ['unconfirmed', 'submitted', 'in_review', 'accepted', 'declined', 'withdrawn', 'offer_closed']
  states.forEach((state) => add.run(`a-${state}`, state, state))
  const held = old.prepare('SELECT * FROM applications ORDER BY id').all()
  const indexes = old
    .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'applications'")
    .pluck()
  const names = indexes.all()
  migrate(old, '2026-11-29T12:40:00.000Z')
  const rows = old.prepare('SELECT * FROM applications ORDER BY id').all()
  expect(rows).toMatchObject(held)
  expect(rows.every((row) => (row as { seats: number }).seats === 1)).toBe(true)
  expect(indexes.all()).toEqual(expect.arrayContaining(names))
  expect(old.pragma('foreign_key_check')).toEqual([])
  old.exec("UPDATE applications SET state = 'waitlisted' WHERE id = 'a-submitted'")
  old.exec("DELETE FROM offers WHERE id = 'o'")
  expect(old.prepare('SELECT count(*) FROM applications').pluck().get()).toBe(0)
  old.close()
})
