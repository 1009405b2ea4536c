// SPDX-License-Identifier: AGPL-3.0-or-later
import type { TypedOffer } from '../../../db/queries/typed-offers.ts'
import type { PersonRow } from '../../../db/queries/people.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'
import { titleTyped } from '../typed.ts'

/** What may wait, in the order of the page. */
const TASKS = [
  { of: 'moderation', icon: 'mail', key: 'offers.work.moderation', href: '/moderation' },
  { of: 'towns', icon: 'place', key: 'offers.work.towns', href: '/moderation/towns' },
  { of: 'reports', icon: 'warning', key: 'offers.work.reports', href: '/reports' },
  { of: 'requests', icon: 'people', key: 'offers.work.requests', href: '/partners' },
  { of: 'applications', icon: 'mail', key: 'offers.work.applications', href: '/work/applications' },
  { of: 'messages', icon: 'mail', key: 'offers.work.messages', href: '/work/applications?state=messages' },
  { of: 'enquiries', icon: 'people', key: 'offers.work.enquiries', href: '/work/enquiries' },
  { of: 'testimonials', icon: 'pencil', key: 'offers.work.testimonials', href: '/work/testimonials' },
  { of: 'help', icon: 'warning', key: 'offers.work.help', href: '/operator/help' },
  { of: 'hours', icon: 'clock', key: 'offers.work.hours', href: '/work/hours' },
  { of: 'ending', icon: 'calendar', key: 'offers.work.ending', href: '/work/offers?state=live' },
  { of: 'suspended', icon: 'warning', key: 'offers.work.suspended', href: '/work/offers?state=answers' },
  { of: 'questions', icon: 'warning', key: 'offers.work.answers', href: '/work/offers?state=answers' },
  { of: 'refused', icon: 'warning', key: 'offers.work.refused', href: '/work/offers?state=answers' },
  { of: 'drafts', icon: 'pencil', key: 'offers.work.drafts', href: '/work/offers?state=draft' },
] as const

/**
 * @param counts of what this person may answer; what is left out is no task of theirs. @param typed what they wrote and
 * did not save. @param unreached contacts of offers whose mailbox refuses our mails.
 */
export function dashboardOf(
  t: Translator,
  counts: Partial<Record<(typeof TASKS)[number]['of'], number>>,
  typed: readonly TypedOffer[],
  unreached: readonly PersonRow[],
) {
  const counted = TASKS.map(({ of, icon, key, href }) => ({ icon, href, count: counts[of] ?? 0, key }))
  const waiting = counted.filter(({ count }) => count > 0)
  const begun = typed.map(({ offer_id, typed: values }) => ({
    icon: 'pencil',
    href: `/work/offers/${offer_id === '' ? 'new' : `${offer_id}/edit`}`,
    text: t('offers.work.typed', { title: titleTyped(values) || t('offers.untitled') }),
  }))
  const lost = unreached.map((person) => ({
    icon: 'warning',
    href: `/work/people/${person.id}`,
    text: t('offers.work.unreached', { name: fullName(person) }),
  }))
  const tasks = [...lost, ...waiting.map((one) => ({ ...one, text: t.n(one.key, one.count) })), ...begun]
  return { title: t('offers.work.title'), tasks }
}
