// SPDX-License-Identifier: AGPL-3.0-or-later
// Every list that is taken home as a file; test/web/exports.test.ts compares them with the site map.

const APPROVED = `(SELECT 1 FROM hours_entries WHERE state = 'approved'
  GROUP BY person_id, category_id, substr(worked_on, 1, 7))`
const TRAIL = `events WHERE type IN ('record.opened', 'session.signed_in') OR type LIKE '%.exported'`

/** Each file: what it asks for, and what it must have as many lines as. */
export const EXPORTS: Record<string, { query?: string; from: string; isRecorded?: true }> = {
  '/my/openings.csv': { from: `events WHERE type = 'record.opened'` },
  '/work/applications.csv': { query: 'state=all', from: 'applications', isRecorded: true },
  '/work/enquiries.csv': { from: `enquiries WHERE state IN ('new', 'in_contact')`, isRecorded: true },
  '/work/offers.csv': { from: 'offers' },
  '/work/people.csv': { from: 'people', isRecorded: true },
  '/my/hours.csv': { from: `hours_entries JOIN people p ON p.id = person_id WHERE p.given_name = 'Amina'` },
  '/work/hours.csv': { from: 'hours_entries', isRecorded: true },
  '/my/trips.csv': { from: `trips JOIN people p ON p.id = person_id WHERE p.given_name = 'Amina'` },
  '/work/trips.csv': { from: 'trips', isRecorded: true },
  '/work/hours/unnamed.csv': { from: 'hours_headcounts', isRecorded: true },
  '/work/hours/statement.csv': { query: 'year=2026', from: APPROVED, isRecorded: true },
  '/partners.csv': { from: 'affiliations' },
  '/moderation.csv': { query: 'shelf=all', from: 'moderation_items' },
  '/work/statistics.csv': { from: 'offer_counts' },
  '/statistics.csv': { from: 'counted_offers' },
  '/operator/trail.csv': { from: TRAIL, isRecorded: true },
  '/operator/mails.csv': { query: 'show=kept', from: `mails WHERE state = 'kept'`, isRecorded: true },
  '/operator/privacy/incidents.csv': { from: 'privacy_incidents' },
  '/operator/federation.csv': { from: 'fed_hosts', isRecorded: true },
}
