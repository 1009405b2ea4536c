// SPDX-License-Identifier: AGPL-3.0-or-later
// Does each job finish when far more is due than it does at once, and are others served meanwhile?
import { afterEach, expect, it } from '@jest/globals'
import { backUpDaily, emptyJournal } from '../../server/operator/nightly.ts'
import { jobs } from '../../server/jobs.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { closeOffer } from '../../server/offers/commands/end.ts'
import { ROWS_AT_ONCE } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const DUE = 1_010
const OLD = '2024-01-01T00:00:00.000Z'
const SERIES = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${DUE})`

type Case = { fill: (world: World) => Promise<unknown>; left: string }
const insert = (text: string) => (world: World) => many.run(world.deps.db, `${SERIES} INSERT INTO ${text} FROM n`)

/** Of each job what is due, and where it would still be. */
const CASES: Record<string, Case> = {
  'forget old sessions': {
    fill: insert(`sessions (id_hash, created_at, seen_at, expires_at) SELECT 's' || i, '${OLD}', '${OLD}', '${OLD}'`),
    left: 'sessions',
  },
  'forget old links and tries': {
    fill: async (world) => {
      await insert(`tokens (hash, purpose, created_at, expires_at) SELECT 't' || i, 'email', '${OLD}', '${OLD}'`)(world)
      await insert(`throttle (key, count, resets_at) SELECT 'k' || i, 1, '${OLD}'`)(world)
    },
    left: '(SELECT hash FROM tokens UNION ALL SELECT key FROM throttle)',
  },
  'forget unconfirmed applications': {
    fill: (world) => oldApplications(world, 'unconfirmed', { created_at: OLD }),
    left: 'applications',
  },
  'remind of unconfirmed applications': {
    fill: async (world) => {
      await oldApplications(world, 'unconfirmed', { created_at: '2026-11-20T09:00:00.000Z' })
      await many.run(world.deps.db, `UPDATE offers SET state = 'published', publish_until = '2027-01-01T00:00:00.000Z'`)
    },
    left: `applications a WHERE NOT EXISTS (
      SELECT 1 FROM events WHERE subject_id = a.id AND type = 'application.reminded')`,
  },
  'remind of waiting applications': {
    fill: (world) => oldApplications(world, 'submitted', { confirmed_at: '2026-11-18T09:00:00.000Z' }),
    left: `applications a WHERE NOT EXISTS (
      SELECT 1 FROM events WHERE subject_id = a.id AND type = 'application.reminded')`,
  },
  'keep waiting lists': {
    fill: async (world) => {
      await oldApplications(world, 'place_offered', { held_until: OLD })
      await many.addApplications(world.deps.db, 200, 'waitlisted')
      await many.run(
        world.deps.db,
        `UPDATE applications SET waitlisted_at = '${OLD}', decided_at = NULL WHERE state = 'waitlisted'`,
      )
      await many.run(world.deps.db, `UPDATE offers SET state = 'published', capacity = NULL`)
    },
    left: `applications WHERE state = 'waitlisted' OR held_until = '${OLD}'`,
  },
  'remind before the day, ask after it': {
    fill: async (world) => {
      await oldApplications(world, 'accepted', {})
      await many.run(
        world.deps.db,
        `UPDATE offers SET state = 'published', content = json_set(content, '$.commitment', 'one_off',
          '$.starts_on', iif(rowid % 2, '2026-11-24', '2026-11-20'))`,
      )
    },
    left: 'applications WHERE reminded_for IS NULL AND asked_for IS NULL',
  },
  'forget people of old applications': {
    fill: async (world) => {
      await oldApplications(world, 'declined', { decided_at: OLD })
      await many.addApplications(world.deps.db, DUE, 'accepted')
      await many.run(world.deps.db, `UPDATE applications SET decided_at = '${OLD}'`)
      await many.run(world.deps.db, `UPDATE offers SET closed_at = '${OLD}'`)
    },
    left: `applications WHERE email <> ''`,
  },
  'remind of permissions': {
    fill: async (world) => {
      await oldApplications(world, 'submitted', {})
      await many.run(
        world.deps.db,
        `INSERT INTO application_guardians (application_id, guardian_name, guardian_email, asked_at)
        SELECT id, 'Lise Roy', 'lise@example.net', '2026-11-10T09:00:00.000Z' FROM applications`,
      )
    },
    left: 'application_guardians WHERE reminded_at IS NULL',
  },
  'forget files of offers': {
    fill: insert(`offer_imports (id, content, columns, rows, created_at) SELECT 'i' || i, '[]', '[]', 1, '${OLD}'`),
    left: 'offer_imports WHERE content IS NOT NULL',
  },
  'forget files of members and hours': {
    fill: insert(`imports (id, tool, file_name, headings, columns, state, last_line, rows, created_at)
      SELECT 'i' || i, 'table', '', '[]', '[]', 'ready', 1, 1, '${OLD}'`),
    left: 'imports',
  },
  'forget pictures that no offer shows': {
    fill: async (world) => {
      await many.addOffers(world.deps.db, 1)
      await insert(`offer_files (id, offer_id, kind, media_type, bytes, created_at)
        SELECT 'f' || i, (SELECT id FROM offers), 'picture', 'image/webp', x'00', '${OLD}'`)(world)
    },
    left: 'offer_files',
  },
  'forget copies of pictures': {
    fill: insert(`picture_copies (source_url, offer_uri, id)
      SELECT 'https://a.example/media/' || i, 'https://a.example/1', 'c' || i`),
    left: 'picture_copies',
  },
  'forget what was typed and not saved': {
    fill: async (world) =>
      insert(`typed_offers (person_id, offer_id, form_id, typed, kept_at)
        SELECT '${world.id('bastien')}', 'o' || i, 'f', '{}', '${OLD}'`)(world),
    left: 'typed_offers',
  },
  'forget old enquiries': {
    fill: insert(
      `enquiries (id, state, given_name, family_name, email, email_key, phone, locale, wishes, place_name, place_code,
        created_at, seen_at, updated_at) SELECT 'e' || i, CASE i % 2 WHEN 0 THEN 'unconfirmed' ELSE 'ended' END, 'A', 'B',
        '', '', '', 'fr', '', '', '', '${OLD}', '${OLD}', '${OLD}'`,
    ),
    left: 'enquiries',
  },
  'forget old requests for help': {
    fill: insert(
      `help_requests (id, state, said, page, reference, name, email, email_key, phone, locale, created_at, updated_at)
        SELECT 'h' || i, 'open', 'A', '', '', '', '', '', '', 'fr', '${OLD}', '${OLD}'`,
    ),
    left: 'help_requests',
  },
  'forget old reports': {
    fill: insert(
      `offer_reports (id, state, origin, offer_uri, public_id, title, association_name, reason, said, email, email_key,
          locale, created_at, updated_at)
        SELECT 'r' || i, 'open', 'home', 'u', 'p', 'A', 'B', 'else', 'C', '', '', 'fr', '${OLD}', '${OLD}'`,
    ),
    left: 'offer_reports',
  },
  'forget old answers by mail': {
    fill: insert(`incoming_mails (key, at) SELECT 'k' || i, '${OLD}'`),
    left: 'incoming_mails',
  },
  'forget old testimonials': {
    fill: async (world) => {
      await publishOffer(await world.signIn('bastien'))
      await insert(`applications (id, offer_id, state, given_name, family_name, email, email_key, phone, locale, message,
        ticks, created_at, updated_at) SELECT 'a' || i, (SELECT id FROM offers), 'completed', 'A', 'B', '', 'a' || i, '',
        'fr', '', '[]', '${OLD}', '${OLD}'`)(world)
      await insert(`testimonials (id, application_id, offer_id, state, words, signature, shown_name, locale, wording,
        email_key, written_at, updated_at) SELECT 't' || i, 'a' || i, (SELECT id FROM offers), 'hidden', 'A', 'none', '',
        'fr', '', '', '${OLD}', '${OLD}'`)(world)
    },
    left: 'testimonials',
  },
  'mail new offers': {
    fill: insert(`alert_subscribers (id, link_hash, email, email_key, locale, rhythm, told_until, next_at, created_at, ends_at)
      SELECT 'a' || i, i, i || '@example.net', i || '@example.net', 'fr', 'daily', '${OLD}', '${OLD}', '${OLD}', '2099'`),
    left: `alert_subscribers WHERE next_at = '${OLD}'`,
  },
  'end alerts': {
    fill: insert(`alert_subscribers (id, link_hash, email, email_key, locale, rhythm, told_until, next_at, created_at, ends_at, asked_at)
      SELECT 'a' || i, i, i || '@example.net', i || '@example.net', 'fr', 'daily', '${OLD}', '2099', '${OLD}', '${OLD}', '${OLD}'`),
    left: 'alert_subscribers',
  },
  'refuse offers whose question nobody answered': {
    fill: async ({ deps: { db } }) => {
      await many.addItems(db, DUE)
      await many.run(db, `UPDATE moderation_items SET state = 'changes_requested', decided_at = '${OLD}'`)
    },
    left: `moderation_items WHERE state = 'changes_requested'`,
  },
  'compare offers': {
    fill: ({ deps: { db } }) => many.addItems(db, DUE),
    left: 'moderation_items WHERE is_compared = 0',
  },
  'erase people who left long ago': {
    fill: async ({ deps: { db } }) => {
      await many.addPeople(db, DUE)
      await many.run(db, `UPDATE people SET invited_at = '${OLD}', warned_at = '${OLD}' WHERE id LIKE 'p%'`)
    },
    left: `people WHERE id LIKE 'p%'`,
  },
  'end restrictions of data': {
    fill: async ({ deps: { db } }) => {
      await many.addPeople(db, DUE)
      await many.run(
        db,
        `UPDATE people SET restricted_at = '${OLD}', restriction_ends_at = '${OLD}' WHERE id LIKE 'p%'`,
      )
    },
    left: 'people WHERE restricted_at IS NOT NULL',
  },
  'forget old incidents': {
    fill: insert(`privacy_incidents (id, happened_on, known_on, what, data, is_serious, seriousness, created_at, updated_at)
      SELECT 'i' || i, '2019-01-01', '2019-01-01', 'w', 'd', 0, 's', '2019-01-01T00:00:00.000Z', '2019-01-01T00:00:00.000Z'`),
    left: 'privacy_incidents',
  },
  'forget old mails': { fill: ({ deps: { db } }) => many.addMails(db, DUE, 'sent', OLD), left: 'mails' },
  'forget old sign-ins': {
    fill: insert(`events (at, type, subject_id) SELECT '${OLD}', 'session.signed_in', 'p'`),
    left: `events WHERE type = 'session.signed_in'`,
  },
  'forget who looked': {
    fill: async (world) => {
      await many.addOpenings(world.deps.db, DUE, world.id('amina'), world.id('chloe'), OLD)
      await insert(`events (at, type, details) SELECT '${OLD}', 'people.exported', '{"rows":1}'`)(world)
    },
    left: `events WHERE type IN ('record.opened', 'people.exported')`,
  },
  'forget what other sites said long ago': {
    fill: insert(`fed_activities (id, direction, type, actor, state, body, at)
      SELECT 'a' || i, 'in', 'Note', 'https://a.example/' || i, 'ignored', '{}', '${OLD}'`),
    left: 'fed_activities',
  },
  'tell partners the totals of ended days': {
    fill: async ({ deps: { db } }) => {
      await many.addPartners(db, DUE)
      await many.run(
        db,
        `${SERIES} INSERT INTO counted_offers (offer_uri, association_uri, association_name)
        SELECT 'https://a' || i || '.example/1', 'https://a' || i || '.example/actor', 'A' FROM n`,
      )
      await many.run(
        db,
        `${SERIES} INSERT INTO shown_counts (day, offer_uri, impressions)
        SELECT '2026-11-21', 'https://a' || i || '.example/1', 1 FROM n`,
      )
    },
    left: `affiliations a WHERE NOT EXISTS (SELECT 1 FROM shared_days WHERE partner_uri = a.partner_uri)`,
  },
  'remind of offers, end them, put them away': {
    fill: async ({ deps: { db } }) => {
      await many.addOffers(db, DUE)
      await many.run(db, `UPDATE offers SET closed_at = '${OLD}'`)
    },
    left: `offers WHERE state <> 'archived'`,
  },
}

/** They do one thing, however much there is. */
const ONE_PIECE: Record<string, string> = {
  'remind of waiting offers': 'two counts and two short lists from an index, and eight mails at a time',
  'take answers by mail': 'one mail after the other, read in a thread, and one transaction for each',
  'ask for usual hours': 'people a hundred at a time, and one transaction for each who is asked',
  'tell people in March of their CEC': 'a year in periods of four days, and one transaction for each who is told',
  'remind of waiting hours': 'one count from an index, and eight mails at a time (server/mail/queue.ts)',
  'check the database': 'a check that SQLite makes of itself',
  'empty the write-ahead log': `${emptyJournal.name}: in a thread of its own`,
  'make the daily backup': `${backUpDaily.name}: in a thread of its own`,
}

it('every job is looked at here', () => {
  const names = [...Object.keys(CASES), ...Object.keys(ONE_PIECE)]
  expect(names.toSorted()).toEqual(jobs.map(({ name }) => name).toSorted())
})

it.each(Object.entries(CASES))('%s, of whatever length', async (name, { fill, left }) => {
  const world = await startApp({ kind: 'both' })
  const { db } = world.deps
  await fill(world)
  expect(await many.count(db, left)).toBeGreaterThanOrEqual(DUE)
  const turns = await countTurns(() => jobs.find((job) => job.name === name)!.run(world.deps))
  expect(turns).toBeGreaterThanOrEqual(Math.floor(DUE / ROWS_AT_ONCE))
  expect(await many.count(db, left)).toBe(0)
})

it('an offer for which very many wait is closed with a word for each, and others are served meanwhile', async () => {
  const world = await startApp({ kind: 'both' })
  const { db } = world.deps
  await many.addOffers(db, 900)
  await many.run(db, `UPDATE offers SET state = 'published', publish_until = '2027-01-01T00:00:00.000Z'`)
  await many.addApplications(db, DUE, 'submitted')
  await many.run(db, `UPDATE applications SET offer_id = (SELECT min(id) FROM offers)`)
  const { offer_id: id } = await db.selectFrom('applications').select('offer_id').executeTakeFirstOrThrow()
  const viewer = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const turns = await countTurns(() => closeOffer(world.deps, viewer, id, { reason: 'filled', word: 'Merci' }))
  expect(turns).toBeGreaterThanOrEqual(5)
  expect(await many.count(db, `application_messages WHERE body = 'Merci'`)).toBe(DUE)
})

/** How often the event loop goes round meanwhile. */
async function countTurns(work: () => Promise<void>): Promise<number> {
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work().finally(() => (isOver = true))
  return turns
}

async function oldApplications({ deps: { db } }: World, state: string, dates: Record<string, string>): Promise<void> {
  await many.addOffers(db, 900)
  await many.addApplications(db, DUE, state)
  for (const [column, at] of Object.entries(dates)) await many.run(db, `UPDATE applications SET ${column} = '${at}'`)
}
