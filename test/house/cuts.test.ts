// SPDX-License-Identifier: AGPL-3.0-or-later
// public, kind 6: texts are cut between characters as people see them, everywhere.
import { describe, expect, it } from '@jest/globals'
import { cut, shortened } from '../../server/base/cut.ts'
import { readModules, withoutComments } from '../support/sources.ts'

const CUT = /\.(?:slice|substring|substr)\(0, ?[^()\n]+(?:\([^()]*\))?[^()\n]*\)/g

/** How many cuts each file has of what is no text that people read: lists, dates, codes, hashes, tokens, logs. */
const NOT_TEXT: Record<string, number> = {
  'federation/actors.ts': 1,
  'federation/collections.ts': 1,
  'federation/directory.ts': 1,
  'federation/enqueue.ts': 1,
  'federation/fan-out.ts': 2,
  'federation/http-replies.ts': 2,
  'federation/inbox.ts': 2,
  'federation/inbox/outbox-of.ts': 1,
  'federation/origins.ts': 1,
  'federation/outbox.ts': 1,
  'federation/signatures.ts': 1,
  'federation/signatures/rfc9421.ts': 2,
  'federation/translate/association.ts': 1,
  'federation/translate/foreign-event.ts': 1,
  'federation/translate/foreign-place.ts': 1,
  'federation/translate/plain-text.ts': 1,
  'federation/translate/received-offer.ts': 1,
  'server/accounts/finish-sign-in.ts': 1,
  'server/accounts/responses.ts': 1,
  'server/accounts/rules.ts': 1,
  'server/applications/commands/apply.ts': 1,
  'server/applications/pages/work.ts': 2,
  'server/association/handlers/home.ts': 1,
  'server/association/legal-identifiers.ts': 2,
  'server/association/pages/home.ts': 1,
  'server/association/rules.ts': 1,
  'server/audit/pages.ts': 1,
  'server/base/cut.ts': 2,
  'server/base/days.ts': 1,
  'server/base/log.ts': 1,
  'server/base/network.ts': 1,
  'server/demo/fill.ts': 2,
  'server/cli/places.ts': 1,
  'server/demo/visitor.ts': 1,
  'server/demo/visits.ts': 2,
  'server/hours/handlers/mine.ts': 1,
  'server/hours/handlers/statement.ts': 1,
  'server/hours/pages/entries.ts': 1,
  'server/hours/statement.ts': 1,
  'server/jobs.ts': 1,
  'server/mail/queue.ts': 1,
  'server/mail/sender.ts': 1,
  'server/model/host.ts': 1,
  'server/model/offer/event-days.ts': 1,
  'server/model/telephone.ts': 2,
  'server/moderation/handlers/several.ts': 1,
  'server/moderation/pages/compare-words.ts': 2,
  'server/notices/often.ts': 1,
  'server/offer-search/offer-index.ts': 1,
  'server/offers/commands/submissions.ts': 1,
  'server/offers/pages/form.ts': 3,
  'server/operator/backup.ts': 1,
  'server/operator/rules.ts': 3,
  'server/peers/handlers.ts': 1,
  'server/privacy/timetable.ts': 1,
  'server/public-offer/index-text.ts': 9,
  'server/public-offer/listing.ts': 1,
  'server/public-offer/places.ts': 3,
  'server/public-offer/via.ts': 1,
  'server/routes.ts': 1,
  'server/search/feeds/calendar-offers.ts': 1,
  'server/search/handlers.ts': 2,
  'server/search/query.ts': 2,
  'server/search/search.ts': 1,
  'server/search/towns.ts': 3,
  'server/statistics/count.ts': 1,
  'server/statistics/rules.ts': 4,
  'server/text/i18n.ts': 1,
  'server/text/links.ts': 3,
  'server/text/render.ts': 1,
  'server/text/view-helpers.ts': 7,
  'server/web/assets.ts': 1,
  'server/web/once.ts': 1,
  'server/web/public-answer.ts': 4,
  'server/web/rows.ts': 1,
}

it('a text is cut by server/base/cut.ts: any other cut is of a list, a date, a code', () => {
  const files = readModules().filter(({ file }) => /^(server|federation)\//.test(file))
  const found = files.flatMap(({ file, text }): [string, number][] => {
    const { length } = withoutComments(text).match(CUT) ?? []
    return length ? [[file, length]] : []
  })
  expect(found.length).toBeGreaterThan(20)
  const faults = found.filter(([file, count]) => file !== 'server/base/cut.ts' && count !== NOT_TEXT[file])
  const advice = faults.map(
    ([file, count]) => `${file}: ${count} cuts; cut() where people read it, else say so in NOT_TEXT`,
  )
  expect(advice).toEqual([])
  expect(Object.keys(NOT_TEXT).filter((file) => !found.some(([one]) => one === file))).toEqual([])
})

const TEXTS = {
  'family and flag': 'Vive la fête 👩‍👩‍👧‍👦 et 🇫🇷🇨🇦 !',
  'accents apart': 'E\u0301te\u0301 a\u0300 No\u0308el',
  Hindi: 'स्वयंसेवक चाहिए',
  Thai: 'กำลังหาอาสาสมัคร',
  Hangul: '\u1112\u1161\u11ab\u1100\u1173\u11af 한글',
  Arabic: 'مُتَطَوِّعون مطلوبون',
  syllabics: 'ᐃᑲᔪᖅᑎ ᐊᑐᖅᑕᐅᔪᖅ',
  Chinese: '招募志愿者帮忙分发食物𠮷𠮷',
  skin: '👍🏽👍🏿👋🏻 merci',
  broken: 'a\ud800b\udfffc',
  'many accents': `e${'\u0301'.repeat(40)}te${'\u0301'.repeat(40)}`,
  long: 'Une phrase 👩‍👩‍👧‍👦 '.repeat(40),
}

describe.each(Object.entries(TEXTS))('%s', (_name, text) => {
  const ends = (whole: string) => {
    const parts = [...new Intl.Segmenter('fr', { granularity: 'grapheme' }).segment(whole)]
    return new Set([0, ...parts.map(({ index, segment }) => index + segment.length)])
  }

  it('is cut where a character ends, fits, and is well formed', () => {
    const whole = text.toWellFormed()
    const allowed = ends(whole)
    for (let most = 0; most <= whole.length + 2; most++) {
      const kept = cut(text, most)
      expect([
        most,
        kept.length <= most,
        whole.startsWith(kept),
        allowed.has(kept.length),
        kept.isWellFormed(),
      ]).toEqual([most, true, true, true, true])
    }
    expect(cut(text, whole.length)).toBe(whole)
  })

  it('is shortened to what fits, with a mark at its end', () => {
    for (const most of [5, 10, 20, 200]) {
      const kept = shortened(text, most)
      expect(kept.length).toBeLessThanOrEqual(most)
      expect(kept.isWellFormed()).toBe(true)
      if (text.length > most) expect(kept.endsWith('…')).toBe(true)
    }
  })
})
