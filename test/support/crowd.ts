// SPDX-License-Identifier: AGPL-3.0-or-later
// A database of a site with years of activity, made by SQL in a second or two: only indexed columns are realistic.
import type Database from 'better-sqlite3'

/** Rows. In what follows `n` counts from 0, and `at(x)` is an instant of 2026 to the minute. */
const SIZES = {
  activities: 30_000,
  waiting: 600,
  actors: 20_000,
  hosts: 12_000,
  deliveries: 20_000,
  events: 30_000,
  listings: 15_000,
}

const at = (n: string) => `strftime('%Y-%m-%dT%H:%M:00.000Z', '2026-01-01', ((${n}) % 500000) || ' minutes')`
const counted = (count: number) =>
  `WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${count - 1})`
const host = (n: string) => `('site-' || ((${n}) % ${SIZES.hosts}) || '.example')`
const actor = (n: string) => `('https://' || ${host(n)} || '/actors/' || ((${n}) % ${SIZES.actors}))`

/** @param share 1 for all rows; 0.001 for so few that any plan is as good. */
export function fillWithCrowd(connection: Database.Database, share = 1, from = 0): void {
  const rows = (count: number) => counted(Math.max(3, Math.round(count * share)))
  const N = `(n + ${from})`
  connection.exec(`
BEGIN;
${rows(SIZES.hosts)} INSERT OR IGNORE INTO fed_peers (host, state, failures, last_seen_at, paused_at, allowed_at)
  SELECT ${host(N)}, CASE WHEN n % 200 = 0 THEN 'blocked' WHEN n % 50 = 0 THEN 'failing' ELSE 'ok' END, 0, ${at(`${N} * 7`)},
    CASE WHEN n % 500 = 1 THEN 'then' END, CASE WHEN n % 900 = 2 THEN 'then' END FROM c;
INSERT OR IGNORE INTO fed_hosts (host, domain_key) SELECT host, 'example.' || host FROM fed_peers;
${rows(SIZES.actors)} INSERT OR IGNORE INTO fed_actors (uri, host, type, name, search_key, inbox, key_id, key_pem, body, fetched_at, gone_at)
  SELECT ${actor(N)}, ${host(N)}, 'Person', 'Personne ' || n, 'personne ' || n, ${actor(N)} || '/inbox', ${actor(N)} || '#key',
    'pem', '{}', ${at(`${N} * 11`)}, CASE WHEN n % 40 = 0 THEN 'then' END FROM c;
${rows(SIZES.activities)} INSERT OR IGNORE INTO fed_activities (id, direction, type, actor, object_id, body, state, attempts, at)
  SELECT 'https://x.example/' || ${N}, CASE WHEN n % 10 = 0 THEN 'out' ELSE 'in' END, 'Update', ${actor(`${N} * 13`)},
    CASE WHEN n % 3 > 0 THEN 'https://x.example/offers/' || (${N} % 5000) END, CASE WHEN n % 4 = 0 THEN '{}' ELSE '{"a":1}' END,
    CASE WHEN n % 97 = 0 THEN 'ignored' WHEN n % 211 = 0 THEN 'parked' ELSE 'done' END, 0, ${at(N)} FROM c;
${rows(SIZES.waiting)} INSERT OR IGNORE INTO fed_activities (id, direction, type, actor, body, state, attempts, at)
  SELECT 'https://w.example/' || ${N}, 'in', 'Create', ${actor(`${N} % 90`)}, '{}', 'waiting', n % 5 = 0, ${at(N)} FROM c;
${rows(SIZES.deliveries)} INSERT OR IGNORE INTO fed_deliveries (activity_id, inbox, host, order_key, state, not_before, created_at, ends_at)
  SELECT 'https://x.example/' || (${N} / 1000), 'https://' || ${host(N)} || '/inbox', ${host(N)}, 'offer-' || (${N} % 50),
    CASE WHEN n % 30 = 0 THEN 'failed' ELSE 'waiting' END, ${at(N)}, ${at(N)}, '2027' FROM c;
${rows(SIZES.actors * 0.6)} INSERT OR IGNORE INTO fed_follows (activity_id, follower, followed, state, at)
  SELECT 'https://f.example/' || ${N}, ${actor(N)}, 'https://here.example/actor',
    CASE WHEN n % 20 = 0 THEN 'undone' WHEN n % 33 = 0 THEN 'refused' ELSE 'accepted' END, ${at(N)} FROM c;
${rows(300)} INSERT OR IGNORE INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, requested_at)
  SELECT 'a' || ${N}, ${actor(N)}, CASE WHEN n % 3 = 0 THEN 'source' ELSE 'member' END, 'P', 'https://p.example/', 'active', 'then' FROM c;
${rows(10_000)} INSERT OR IGNORE INTO offer_announces (announce_id, offer_uri, announcer_uri, hops, since, undone_at)
  SELECT 'https://n.example/' || ${N}, 'https://x.example/offers/' || (${N} % 5000), ${actor(`${N} % 300`)}, 1, 'then',
    CASE WHEN n % 6 = 0 THEN ${at(N)} END FROM c;
${rows(5000)} INSERT OR IGNORE INTO moderation_items (id, offer_uri, association_uri, association_name, title, state, latest_revision,
    latest_updated_at, received_at)
  SELECT 'm' || ${N}, 'https://x.example/offers/' || ${N}, ${actor(`${N} % 300`)}, 'P', 'T', 'accepted', 1, 'then', 'then' FROM c;
${rows(SIZES.events)} INSERT INTO events (at, type, actor_id, subject_id)
  SELECT ${at(N)}, CASE n % 7 WHEN 0 THEN 'session.started' WHEN 1 THEN 'person.opened' ELSE 'application.received' END,
    CASE WHEN n % 2 THEN 'p' || (${N} % 40) END, 's' || (${N} % 3000) FROM c;
${rows(SIZES.listings)} INSERT OR IGNORE INTO listings (id, public_id, offer_uri, home_url, origin, association_uri, association_name,
    association_url, revision, title, commitment, work_mode, applications, visible_from, visible_until, published_at, updated_at, content)
  SELECT ${N} + 1, 'l' || ${N}, 'https://x.example/offers/' || ${N}, 'https://x.example/', 'member', ${actor(`${N} % 300`)}, 'P',
    'https://p.example/', 1, 'Lire ' || (${N} % 700), 'regular', CASE WHEN n % 9 THEN 'on_site' ELSE 'remote' END, 'open', '2025',
    CASE WHEN n % 12 THEN '2027' ELSE '2026-02' END, ${at(N)}, ${at(N)}, '{}' FROM c;
INSERT OR IGNORE INTO listing_state (id, visible_from, visible_until, published_at, is_listed, is_open, min_age,
  remaining, association_uri, codes, places, starts_at)
  SELECT id, visible_from, visible_until, published_at, 1, 1, NULL, NULL, association_uri,
    json_array('cause:cause-' || (id % 12), 'activity:activity-' || (id % 40), 'mode:' || work_mode),
    json_array(json_array(42 + (id % 900) / 100.0, -3 + (id % 1100) / 100.0, 'FR-' || (id % 3000), 'FR-D' || (id % 100),
      'FR-R' || (id % 15), 'V')), visible_from FROM listings;
${rows(10_000)} INSERT INTO listing_changes (listing_id, is_reworded) SELECT ${N} + 1, 1 FROM c;
DELETE FROM listings_fts;
INSERT INTO listings_fts (rowid, title) SELECT id, title FROM listings;
COMMIT;`)
}
