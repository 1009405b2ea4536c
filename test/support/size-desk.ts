// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk of an association or a centre after many years, by SQL alone: what lists and exports read, column by column as
// commands write it. Everything follows from the seed.
import type Database from 'better-sqlite3'
import { SIZE_NOW } from './size.ts'
import { samplePublicOffer } from './offers.ts'

const counted = (count: number, rest: string) =>
  `WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${count - 1}) ${rest}`
/** A number from 0 to `of` that looks like chance: the same for the same row, question and seed (Knuth's hash). */
const chance = (seed: number, question: number, of: string | number) =>
  `((((n + ${seed % 100_000}) * 2654435761 + ${question} * 40503) >> 9) % (${of}))`
/** An instant so many minutes before SIZE_NOW. */
const before = (minutes: string) =>
  `strftime('%Y-%m-%dT%H:%M:00.000Z', '${SIZE_NOW}', '-' || (${minutes}) || ' minutes')`
const TEN_YEARS = 3650
const A_YEAR = 525_600

function run(connection: Database.Database, statements: string[]): void {
  connection.transaction(() => {
    for (const sql of statements) connection.exec(sql)
  })()
}

/** Volunteers beside the cast, each with a name, a mailbox and the role. Their ids are `p0`, `p1`… */
export function fillPeople(connection: Database.Database, { count, seed }: { count: number; seed: number }): void {
  const family = `'Nom-' || printf('%05d', ${chance(seed, 1, 100_000)})`
  const given = `'Prénom-' || ${chance(seed, 2, 400)}`
  run(connection, [
    counted(
      count,
      `INSERT INTO people (id, member_number, given_name, family_name, search_key, email, email_key, email_verified_at,
        joined_on, created_at, updated_at)
       SELECT 'p' || n, 10000 + n, ${given}, ${family}, lower(replace(${family}, '-', ' ') || ' prenom ' || ${chance(seed, 2, 400)}),
         'p' || n || '@example.org', 'p' || n || '@example.org', '2017-01-01T00:00:00.000Z', '2017-01-01',
         '2017-01-01T00:00:00.000Z', '2017-01-01T00:00:00.000Z' FROM c`,
    ),
    `INSERT INTO people_roles (person_id, role, granted_at)
     SELECT id, 'volunteer', created_at FROM people WHERE member_number >= 10000`,
  ])
}

/** Lines of hours over ten years: nine in ten approved, a few waiting. `people` from `fillPeople`. */
export function fillHours(
  connection: Database.Database,
  { count, people, seed }: { count: number; people: number; seed: number },
): void {
  const categories = connection.prepare('SELECT id FROM hours_categories ORDER BY id').pluck().all() as string[]
  const listed = categories.map((id, at) => `WHEN ${at} THEN '${id}'`).join(' ')
  const state = `CASE WHEN ${chance(seed, 4, 1000)} < 900 THEN 'approved' WHEN ${chance(seed, 4, 1000)} < 920 THEN 'submitted'
    WHEN ${chance(seed, 4, 1000)} < 930 THEN 'returned' ELSE 'withdrawn' END`
  run(connection, [
    counted(
      count,
      `INSERT INTO hours_entries (id, person_id, worked_on, minutes, category_id, note, source, state, decided_at, created_at)
       SELECT 'h' || n, 'p' || ${chance(seed, 1, people)}, day, 15 + 15 * ${chance(seed, 3, 20)},
         CASE ${chance(seed, 5, categories.length)} ${listed} END,
         CASE WHEN n % 5 = 0 THEN 'Permanence du matin, trois personnes reçues' ELSE '' END, 'self', state,
         CASE WHEN state = 'submitted' THEN NULL ELSE day || 'T18:00:00.000Z' END, day || 'T17:00:00.000Z'
       FROM (SELECT n, date('${SIZE_NOW}', '-' || ${chance(seed, 2, TEN_YEARS)} || ' days') AS day, ${state} AS state FROM c)`,
    ),
  ])
}

const OFFERS = 400

/** Applications to 400 offers, items that wait for a moderator or are online, and the trail of who looked. */
export function fillDesk(
  connection: Database.Database,
  size: { applications: number; waiting: number; online: number; trail: number; people: number; seed: number },
): void {
  const { applications, waiting, online, trail, people, seed } = size
  const offer = samplePublicOffer()
  const [content, whole] = [JSON.stringify(offer.content), JSON.stringify(offer)].map((text) =>
    text.replaceAll("'", "''"),
  )
  const state = `CASE WHEN n % 100 < 2 THEN 'submitted' WHEN n % 100 = 2 THEN 'in_review' WHEN n % 100 < 50 THEN 'accepted'
    WHEN n % 100 < 80 THEN 'declined' WHEN n % 100 < 90 THEN 'withdrawn' ELSE 'offer_closed' END`
  const item = `'https://a' || (n % 2000) || '.example`
  run(connection, [
    counted(
      OFFERS,
      `INSERT INTO offers (id, state, content, capacity, visibility, revision, published_at, publish_from, publish_until, created_at, updated_at)
       SELECT 'o' || n, 'published', '${content}', 4, 'members', 1, ${before('n * 60 + 1')}, ${before('n * 60 + 1')},
         '2027-06-01T00:00:00.000Z', ${before('n * 60 + 2')}, ${before('n * 60 + 1')} FROM c`,
    ),
    counted(
      applications,
      `INSERT INTO applications (id, offer_id, state, given_name, family_name, email, email_key, locale, message, created_at,
        confirmed_at, decided_at, updated_at)
       SELECT 'a' || n, 'o' || ${chance(seed, 1, OFFERS)}, ${state}, 'Prénom-' || ${chance(seed, 2, 400)}, 'Nom-' || ${chance(seed, 3, 100_000)},
         'a' || n || '@example.net', 'a' || n || '@example.net', 'fr', 'Je suis libre le mercredi, et j’aime jardiner.',
         at, at, CASE WHEN n % 100 > 2 THEN at END, at
       FROM (SELECT n, ${before(chance(seed, 4, A_YEAR))} AS at FROM c)`,
    ),
    counted(
      waiting + online,
      `INSERT INTO moderation_items (id, offer_uri, association_uri, association_name, title, state, latest_revision,
        latest_updated_at, received_at, pending_revision, pending_offer, pending_since, accepted_revision, accepted_offer, accepted_at)
       SELECT 'm' || n, ${item}/offers/' || n, ${item}/actor', 'Association ' || (n % 2000) || ' du quartier',
         'Lire des histoires n° ' || n, CASE WHEN waits THEN 'pending' ELSE 'accepted' END, 1, at, at,
         CASE WHEN waits THEN 1 END, CASE WHEN waits THEN '${whole}' END, CASE WHEN waits THEN at END,
         CASE WHEN waits THEN NULL ELSE 1 END, CASE WHEN waits THEN NULL ELSE '${whole}' END, CASE WHEN waits THEN NULL ELSE at END
       FROM (SELECT n, n < ${waiting} AS waits, ${before(chance(seed, 5, A_YEAR))} AS at FROM c)`,
    ),
    counted(
      trail,
      `INSERT INTO events (at, type, actor_id, subject_id, details)
       SELECT ${before(`${trail} - n`)}, CASE n % 4 WHEN 0 THEN 'session.signed_in' ELSE 'record.opened' END,
         'p' || ${chance(seed, 6, 40)}, 'p' || ${chance(seed, 7, people)}, CASE n % 4 WHEN 0 THEN '{}' ELSE '{"what":"person"}' END FROM c`,
    ),
    // Both consumers have read what is there.
    `INSERT INTO event_cursors (consumer, seq) SELECT column1, (SELECT max(seq) FROM events) FROM (VALUES ('notices'), ('federation'))
     WHERE true ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq`,
  ])
}
