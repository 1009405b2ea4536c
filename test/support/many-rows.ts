// SPDX-License-Identifier: AGPL-3.0-or-later
// Long lists, written by SQL: more of everything than a page, a batch or a file once held.
import { CompiledQuery } from 'kysely'
import type { Db } from '../../db/open.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'

const NOW = '2026-11-20T09:00:00.000Z'
const series = (many: number) => `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})`

export const run = (db: Db, text: string) => db.executeQuery(CompiledQuery.raw(text))

export async function count(db: Db, from: string): Promise<number> {
  const { rows } = await db.executeQuery<{ n: number }>(CompiledQuery.raw(`SELECT count(*) AS n FROM ${from}`))
  return rows[0]!.n
}

export async function addPeople(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO people
      (id, member_number, given_name, family_name, search_key, email, email_key, joined_on, created_at, updated_at)
    SELECT 'p' || i, 100000 + i, 'Alix', 'Nom' || (i % 700), 'nom' || (i % 700) || ' alix', 'p' || i || '@a.example',
      'p' || i || '@a.example', '2026-01-01', '${NOW}', '${NOW}' FROM n`,
  )
}

const CONTENT = `json_set('${JSON.stringify(emptyContent())}', '$.title.fr', 'Annonce ' || i)`

export async function addOffers(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO offers (id, state, content, created_at, updated_at, closed_at)
    SELECT 'o' || i, 'closed', ${CONTENT}, '${NOW}', date('2026-01-01', (i % 300) || ' days'), '${NOW}' FROM n`,
  )
}

/** Lines of one person on 300 days of 2026, all approved. */
export async function addHours(db: Db, many: number, personId: string): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO hours_entries
      (id, person_id, worked_on, minutes, category_id, source, state, created_at)
    SELECT 'h${personId.slice(-6)}' || i, '${personId}', date('2026-01-01', (i % 300) || ' days'), 60,
      (SELECT min(id) FROM hours_categories), 'self', 'approved', '${NOW}' FROM n`,
  )
}

/** Of one person on 300 days of 2026, all approved. */
export async function addTrips(db: Db, many: number, personId: string): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO trips (id, person_id, travelled_on, metres, way, choice, state, created_at)
    SELECT 't' || i, '${personId}', date('2026-01-01', (i % 300) || ' days'), 12000, 'Dijon', 'waive', 'approved', '${NOW}'
    FROM n`,
  )
}

export async function addHeadcounts(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO hours_headcounts (id, worked_on, people, minutes, category_id, created_at)
    SELECT 'u' || i, date('2025-01-01', (i % 300) || ' days'), 3, 60, (SELECT min(id) FROM hours_categories), '${NOW}' FROM n`,
  )
}

export async function addApplications(db: Db, many: number, state = 'accepted'): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO applications (id, offer_id, state, given_name, family_name, email, email_key, locale,
      created_at, confirmed_at, decided_at, updated_at)
    SELECT '${state}' || i, 'o' || (1 + i % 900), '${state}', 'Alix', 'Nom' || i, i || '@b.example', '${state}' || i || '@b.example',
      'fr', '${NOW}', '${NOW}', '${NOW}', date('2026-01-01', (i % 300) || ' days') FROM n`,
  )
}

export async function addEnquiries(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO enquiries (id, state, given_name, family_name, email, email_key, phone, locale, wishes,
      place_name, place_code, created_at, confirmed_at, seen_at, updated_at)
    SELECT 'e' || i, 'new', 'Alix', 'Nom' || i, i || '@e.example', i || '@e.example', '', 'fr', 'Aider', 'Dijon', 'FR-21231',
      '${NOW}', date('2026-01-01', (i % 300) || ' days'), '${NOW}', '${NOW}' FROM n`,
  )
}

export async function addItems(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO moderation_items (id, offer_uri, association_uri, association_name, title, state,
      latest_revision, latest_updated_at, received_at, decided_at)
    SELECT 'm' || i, 'https://a.example/offers/' || i, 'https://a.example/actor', 'A', 'Annonce ' || i, 'refused',
      1, '${NOW}', date('2026-01-01', (i % 300) || ' days'), '${NOW}' FROM n`,
  )
}

export async function addOpenings(db: Db, many: number, actorId: string, subjectId: string, at = NOW): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO events (at, type, actor_id, subject_id, details)
    SELECT '${at}', 'record.opened', '${actorId}', '${subjectId}', '{"what":"person"}' FROM n`,
  )
}

export async function addMails(db: Db, many: number, state = 'kept', at = NOW): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO mails
      (id, dedupe, template, to_email, locale, subject, body_text, body_html, state, not_before, created_at)
    SELECT '${state}' || i, '${state}' || i, 't', 'a@b.example', 'fr', 'Sujet', '', '', '${state}', '${NOW}', '${at}'
    FROM n`,
  )
}

export async function addIncidents(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO privacy_incidents
      (id, happened_on, known_on, what, data, is_serious, seriousness, created_at, updated_at)
    SELECT 'i' || i, '2026-11-01', '2026-11-02', 'Liste perdue', 'Noms', i % 2, 'Raison', '${NOW}', '${NOW}' FROM n`,
  )
}

export async function addPartners(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO affiliations
      (id, partner_uri, partner_is, partner_name, partner_url, state, requested_at, search_key)
    SELECT 'a' || i, 'https://a' || i || '.example/actor', 'member', 'Association ' || i, 'https://a' || i || '.example',
      'active', '${NOW}', 'association ' || i FROM n`,
  )
}

export async function addSites(db: Db, many: number): Promise<void> {
  await run(db, `${series(many)} INSERT INTO fed_peers (host) SELECT 's' || i || '.example' FROM n`)
  await run(
    db,
    `${series(many)} INSERT INTO fed_hosts (host, domain_key) SELECT 's' || i || '.example', 'example.s' || i FROM n`,
  )
}

/** What was counted this year of our own offers, and of members' offers. */
export async function addCounts(db: Db, many: number): Promise<void> {
  await run(
    db,
    `${series(many)} INSERT INTO offer_counts (offer_id, day, channel, views)
    SELECT 'o' || i, '2026-11-20', 'own', 7 FROM n`,
  )
  await run(
    db,
    `${series(many)} INSERT INTO counted_offers (offer_uri, association_uri, association_name)
    SELECT 'https://a' || i || '.example/1', 'https://a' || i || '.example/actor', 'Association ' || i FROM n`,
  )
  await run(
    db,
    `${series(many)} INSERT INTO shown_counts (day, offer_uri, impressions, views)
    SELECT '2026-11-20', 'https://a' || i || '.example/1', 9, 7 FROM n`,
  )
  await run(
    db,
    `INSERT INTO month_counts (kind, offer, teller, month, days, views, impressions)
    SELECT 'counted', offer_id, channel, substr(day, 1, 7), 1, views, 0 FROM offer_counts
    UNION ALL SELECT 'shown', offer_uri, '', substr(day, 1, 7), 1, views, impressions FROM shown_counts`,
  )
}
